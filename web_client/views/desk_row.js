/** One caption at the desk: who, when, and its two lines, each to be corrected in place. */

import { lineIn, primary } from '../captions.js';
import { showLine } from './caption_line.js';
import { h, setAttribute } from './dom.js';
import { EntryHead } from './entry.js';
import { icon } from './icons.js';
import { LineEditor } from './line_editor.js';

/** @import {Caption, Person} from '../protocol.js' */
/** @import {Correction, Rewording} from './line_editor.js' */

export class Cell {
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
    this.button.dataset['lang'] = lang;
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

export class Row {
  #head = new EntryHead();
  /** @type {Caption | null} */ #caption = null;
  /** @type {Person | undefined} */ #person;
  #columns = '';
  #held = false;

  /** @param {(cell: Cell) => void} onEdit */
  constructor(onEdit) {
    this.cells = [new Cell(0, onEdit), new Cell(1, onEdit)];
    this.element = h('article', { class: 'desk-row' }, this.#head.element, ...this.cells.map((cell) => cell.element));
  }

  /** @param {Caption} caption @param {Person | undefined} person @param {readonly string[]} columns @param {boolean} held */
  render(caption, person, columns, held) {
    if (caption === this.#caption && person === this.#person && columns.join() === this.#columns && held === this.#held) return;
    this.#held = held;
    setAttribute(this.element, 'data-row', caption.id);
    setAttribute(this.element, 'data-held', held);
    this.#caption = caption;
    this.#person = person;
    this.#columns = columns.join();
    this.#head.render(caption, person, held ? 'desk.held' : null);
    setAttribute(this.element, 'aria-busy', caption.state === 'partial' ? 'true' : null);
    setAttribute(this.element, 'data-state', caption.state);
    setAttribute(this.element, 'data-low', caption.flags.includes('low_confidence') && caption.state !== 'corrected');
    this.cells.forEach((cell, at) => {
      cell.render(caption, columns[at] ?? caption.lang);
      setAttribute(cell.element, 'data-original', primary(caption.lang) === primary(columns[at] ?? ''));
    });
  }
}
