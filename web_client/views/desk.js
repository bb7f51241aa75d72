/** The interpreter's desk: both languages side by side, every finished line to be corrected in place. */

import { lineIn, primary } from '../captions.js';
import { languageName, onLanguage, ownName } from '../i18n.js';
import { changedPart, keyOf, termOf } from '../terms.js';
import { isParty } from '../state.js';
import { showLine } from './caption_line.js';
import { DeskKeys } from './desk_keys.js';
import { h, setAttribute, setText } from './dom.js';
import { EntryHead } from './entry.js';
import { GlossaryPanel } from './glossary_panel.js';
import { icon } from './icons.js';
import { LineEditor } from './line_editor.js';
import { ScrollLock } from './scroll_lock.js';
import { TermNotice } from './term_notice.js';

/** @import {Caption, Person, Term} from '../protocol.js' */
/** @import {Correction, Rewording} from './line_editor.js' */
/** @import {TermChange} from './term_table.js' */
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

  /** @param {(correction: Correction) => void} onSave @param {(rewording: Rewording) => void} onTerm @param {() => void} onClose */
  edit(onSave, onTerm, onClose) {
    const line = this.#caption && lineIn(this.#caption, this.#lang);
    if (!line || !this.#caption || this.editor) return;
    this.editor = new LineEditor(this.#caption, line, { onSave, onTerm, onClose: () => this.#close(onClose) });
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
  #handlers;
  #panel;
  #notice;
  /** @type {{id: string, lang: string, before: string, rev: number} | null} the line that a new term's counterpart comes from */ #awaited = null;
  #count = h('span', { class: 'count' });
  #open = h('button', { type: 'button', class: 'quiet', 'data-action': 'glossary', 'aria-expanded': 'false' }, h('span', { 'data-t': 'glossary.title' }), this.#count);

  /**
   * @param {object} handlers
   * @param {(correction: Correction) => void} handlers.onCorrect
   * @param {(change: TermChange) => void} handlers.onTerm
   * @param {(term: string) => void} handlers.onRemoveTerm
   */
  constructor(handlers) {
    this.#handlers = handlers;
    this.#panel = new GlossaryPanel({
      onPut: handlers.onTerm,
      onRemove: (term) => this.#removed(term),
      onClose: () => this.#toggleGlossary(false),
    });
    this.#notice = new TermNotice(handlers.onTerm, () => this.#keys.resume());
    this.#open.addEventListener('click', () => this.#toggleGlossary(!this.#panel.open));
    this.#keys.on('g', () => this.#toggleGlossary(true));
    this.#keys.on('t', () => this.#notice.shown && this.#notice.focus());
    this.#keys.on('u', () => this.#notice.undo());
    this.element = h('section', { class: 'desk', 'data-t-label': 'desk.title' },
      h('div', { class: 'desk-main' },
        h('header', { class: 'desk-head' }, h('span', { class: 'desk-corner', 'data-t': 'desk.title' }), ...this.#columns),
        this.#empty, this.#log, this.#lock.button, this.#notice.element,
        h('footer', { class: 'desk-foot' }, h('p', { class: 'desk-keys', 'data-t': 'desk.keys' }), this.#open)),
      this.#panel.element);
  }

  /** @param {boolean} open */
  #toggleGlossary(open) {
    this.#panel.toggle(open);
    setAttribute(this.#open, 'aria-expanded', String(open));
    if (!open) this.#keys.resume();
  }

  /** The term of a correction, in one keystroke: into the glossary, and shown with the way back. @param {Rewording} rewording */
  #reworded({ id, lang, before, after }) {
    const part = changedPart(before, after, lang);
    if (!part) {
      this.#notice.explain('glossary.no_term');
      return;
    }
    const terms = this.#state?.glossary ?? [];
    const caption = this.#state?.captions.find((one) => one.id === id);
    const other = this.#columns.map((select) => select.value).find((tag) => primary(tag) !== primary(lang)) ?? '';
    const line = caption && other ? lineIn(caption, other) : null;
    const change = termOf(part, lang, line && { lang: other, text: line.text }, terms);
    if (!change) {
      this.#notice.explain('glossary.there');
      return;
    }
    this.#handlers.onTerm(change);
    this.#awaited = line && caption && lang === caption.lang ? { id, lang: other, before: line.text, rev: caption.rev } : null;
    this.#notice.show({ term: change, lang, other, undo: () => this.#restore(change, terms) });
  }

  /** As it was before. @param {TermChange} change @param {readonly Term[]} terms */
  #restore(change, terms) {
    const names = [change.term, change.replaces ?? change.term].map(keyOf);
    const before = terms.find(({ term, scope }) => scope === 'room' && names.includes(keyOf(term)));
    if (!before) this.#handlers.onRemoveTerm(change.term);
    else {
      const { term, translations } = before;
      this.#handlers.onTerm({ term, translations, ...(change.replaces ? { replaces: change.term } : {}) });
    }
  }

  /** @param {Term} term */
  #removed(term) {
    this.#handlers.onRemoveTerm(term.term);
  }

  /** The corrected line was translated again: what changed there is the machine's word for the term. */
  #suggest() {
    const awaited = this.#awaited;
    const caption = awaited && this.#state?.captions.find(({ id }) => id === awaited.id);
    const line = caption && awaited && caption.rev > awaited.rev ? lineIn(caption, awaited.lang) : null;
    if (!awaited || !line || line.text === awaited.before) return;
    this.#awaited = null;
    const part = changedPart(awaited.before, line.text, line.lang);
    if (part) this.#notice.suggest(part.after);
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
    this.#panel.render(state.glossary, columns);
    setText(this.#count, state.glossary.length > 0 ? String(state.glossary.length) : '');
    this.#suggest();
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
    cell.edit(this.#handlers.onCorrect, (rewording) => this.#reworded(rewording), () => {
      if (this.#editing === cell) this.#editing = null;
    });
  }

  /** @param {string} code @param {string} message */
  refused(code, message) {
    this.#editing?.editor?.refused(code, message);
    this.#panel.refused(code, message);
  }
}
