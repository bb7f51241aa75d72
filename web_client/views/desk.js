/** The interpreter's desk: both languages side by side, every finished line to be corrected in place. */

import { lineIn, primary } from '../captions.js';
import { languageName, onLanguage, ownName } from '../i18n.js';
import { isParty } from '../state.js';
import { showLine } from './caption_line.js';
import { DeskKeys } from './desk_keys.js';
import { h, setAttribute } from './dom.js';
import { EntryHead } from './entry.js';
import { icon } from './icons.js';
import { LineEditor } from './line_editor.js';
import { ScrollLock } from './scroll_lock.js';

/** @import {Caption, Person} from '../protocol.js' */
/** @import {Correction} from './line_editor.js' */
/** @import {RoomView} from '../state.js' */

class Cell {
  /** @type {LineEditor | null} */ editor = null;
  /** @type {Caption | null} */ #caption = null;
  #lang = '';

  /** @param {number} column @param {(cell: Cell) => void} onEdit */
  constructor(column, onEdit) {
    this.paragraph = h('p', { class: 'line' });
    this.button = h('button', { type: 'button', class: 'cell-edit', 'data-action': 'correct', 'data-column': column, tabindex: '-1', 'data-t-label': 'desk.correct' }, icon('edit'));
    this.element = h('div', { class: 'cell' }, this.paragraph, this.button);
    this.button.addEventListener('click', () => onEdit(this));
    this.paragraph.addEventListener('click', () => {
      if (!this.button.disabled && getSelection()?.isCollapsed) onEdit(this);
    });
  }

  /** @param {Caption} caption @param {string} lang */
  render(caption, lang) {
    if (caption === this.#caption && lang === this.#lang) return;
    this.#caption = caption;
    this.#lang = lang;
    const line = lineIn(caption, lang);
    this.paragraph.hidden = !line || this.editor !== null;
    if (line) showLine(this.paragraph, caption, line);
    this.button.disabled = !line || caption.state === 'partial';
    this.editor?.update(caption, line);
  }

  /** @param {(correction: Correction) => void} onSave @param {() => void} onClose */
  edit(onSave, onClose) {
    const line = this.#caption && lineIn(this.#caption, this.#lang);
    if (!line || !this.#caption || this.editor) return;
    this.editor = new LineEditor(this.#caption, line, { onSave, onClose: () => this.#close(onClose) });
    this.element.append(this.editor.element);
    this.paragraph.hidden = true;
    this.button.hidden = true;
    this.editor.focus();
    // Focus alone brings the text into view, not the buttons beneath it.
    this.element.scrollIntoView({ block: 'nearest' });
  }

  /** @param {() => void} onClose */
  #close(onClose) {
    this.editor?.element.remove();
    this.editor = null;
    this.paragraph.hidden = false;
    this.button.hidden = false;
    this.button.focus({ preventScroll: true });
    onClose();
  }
}

class Row {
  #head = new EntryHead();
  /** @type {Caption | null} */ #caption = null;
  /** @type {Person | undefined} */ #person;
  #columns = '';

  /** @param {(cell: Cell) => void} onEdit */
  constructor(onEdit) {
    this.cells = [new Cell(0, onEdit), new Cell(1, onEdit)];
    this.element = h('article', { class: 'desk-row' }, this.#head.element, ...this.cells.map((cell) => cell.element));
  }

  /** @param {Caption} caption @param {Person | undefined} person @param {readonly string[]} columns */
  render(caption, person, columns) {
    if (caption === this.#caption && person === this.#person && columns.join() === this.#columns) return;
    this.#caption = caption;
    this.#person = person;
    this.#columns = columns.join();
    this.#head.render(caption, person);
    setAttribute(this.element, 'aria-busy', caption.state === 'partial' ? 'true' : null);
    setAttribute(this.element, 'data-state', caption.state);
    setAttribute(this.element, 'data-low', caption.flags.includes('low_confidence') && caption.state !== 'corrected');
    this.cells.forEach((cell, at) => {
      cell.render(caption, columns[at] ?? caption.lang);
      setAttribute(cell.element, 'data-original', primary(caption.lang) === primary(columns[at] ?? ''));
    });
  }
}

export class Desk {
  /** @type {Map<string, Row>} */ #rows = new Map();
  /** @type {Cell | null} */ #editing = null;
  /** @type {RoomView | null} */ #state = null;
  #log = h('div', { role: 'log', 'data-captions': '', class: 'log desk-log', 'data-t-label': 'transcript.title' });
  #empty = h('p', { class: 'log-empty', 'data-t': 'transcript.empty' });
  #lock = new ScrollLock(this.#log);
  #keys = new DeskKeys(this.#log);
  #columns = [this.#columnSelect(0), this.#columnSelect(1)];
  #onCorrect;

  /** @param {(correction: Correction) => void} onCorrect */
  constructor(onCorrect) {
    this.#onCorrect = onCorrect;
    this.element = h('section', { class: 'desk', 'data-t-label': 'desk.title' },
      h('header', { class: 'desk-head' }, h('span', { class: 'desk-corner', 'data-t': 'desk.title' }), ...this.#columns),
      this.#empty, this.#log, this.#lock.button,
      h('p', { class: 'desk-keys', 'data-t': 'desk.keys' }));
  }

  /** @param {number} column */
  #columnSelect(column) {
    const select = h('select', { 'data-column': column, 'data-t-label': 'desk.column' });
    select.addEventListener('change', () => this.#state && this.render(this.#state));
    onLanguage(() => this.#nameLanguages(select));
    return select;
  }

  /** @param {HTMLSelectElement} select */
  #nameLanguages(select) {
    for (const option of select.options) {
      const own = ownName(option.value);
      const here = languageName(option.value);
      option.textContent = own === here ? own : `${own} · ${here}`;
    }
  }

  /** The parties' languages come first; whatever else is spoken or read in the room can be chosen. @param {RoomView} state */
  #offerLanguages(state) {
    const parties = state.people.filter(isParty);
    const all = [...parties, ...state.people].flatMap(({ speaks, reads }) => [speaks, reads]);
    const seller = parties.find(({ role }) => role === 'seller')?.speaks ?? all[0] ?? 'ko';
    const buyer = parties.find(({ role, speaks }) => role === 'buyer' && primary(speaks) !== primary(seller))?.speaks;
    const defaults = [seller, buyer ?? all.find((tag) => primary(tag) !== primary(seller)) ?? seller];
    const tags = all.filter((tag, at) => all.findIndex((other) => primary(other) === primary(tag)) === at);
    this.#columns.forEach((select, column) => {
      if ([...select.options].map(({ value }) => value).join() === tags.join()) return;
      const chosen = select.value && tags.includes(select.value) && select.dataset['chosen'] ? select.value : defaults[column];
      select.replaceChildren(...tags.map((tag) => h('option', { value: tag })));
      this.#nameLanguages(select);
      select.value = tags.find((tag) => primary(tag) === primary(chosen ?? '')) ?? tags[column] ?? '';
    });
  }

  /** @param {RoomView} state */
  render(state) {
    this.#state = state;
    this.#offerLanguages(state);
    const columns = this.#columns.map((select) => select.value);
    const people = new Map(state.people.map((person) => [person.id, person]));
    /** @type {HTMLElement | null} */
    let before = null;
    for (const caption of state.captions) {
      let row = this.#rows.get(caption.id);
      if (!row) {
        row = new Row((cell) => this.#edit(cell));
        this.#rows.set(caption.id, row);
      }
      row.render(caption, people.get(caption.speaker), columns);
      /** @type {Element | null} */
      const next = before ? before.nextElementSibling : this.#log.firstElementChild;
      if (next !== row.element) this.#log.insertBefore(row.element, next);
      before = row.element;
    }
    this.#sweep(state.captions);
    this.#empty.hidden = state.captions.length > 0;
    this.#keys.refresh();
    // Somebody who reads or corrects an earlier line is not carried away from it.
    if (!this.#editing && !this.#keys.away) this.#lock.settle();
  }

  /** @param {readonly Caption[]} captions */
  #sweep(captions) {
    if (this.#rows.size === captions.length) return;
    const ids = new Set(captions.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
  }

  /** @param {Cell} cell */
  #edit(cell) {
    if (this.#editing === cell) return;
    this.#editing?.editor?.onClose();
    this.#editing = cell;
    cell.edit(this.#onCorrect, () => {
      if (this.#editing === cell) this.#editing = null;
    });
  }

  /** @param {string} code @param {string} message */
  refused(code, message) {
    this.#editing?.editor?.refused(code, message);
  }
}
