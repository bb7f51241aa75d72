/** One caption on a room's card: both languages one under the other, each to be corrected where it stands. */

import { lineIn, primary } from '../captions.js';
import { doubtOf } from '../alerts.js';
import { showLine } from './caption_line.js';
import { h, setAttribute } from './dom.js';
import { EntryHead } from './entry.js';
import { icon } from './icons.js';
import { LineEditor } from './line_editor.js';

/** @import {Caption, Person} from '../protocol.js' */
/** @import {Correction} from './line_editor.js' */

class EditableLine {
  /** @type {LineEditor | null} */ editor = null;
  /** @type {Caption | null} */ #caption = null;
  #lang = '';
  #onSave;

  /** @param {(correction: Correction) => void} onSave */
  constructor(onSave) {
    this.#onSave = onSave;
    this.paragraph = h('p', { class: 'line' });
    this.button = h('button', { type: 'button', class: 'cell-edit', 'data-action': 'correct', 'data-t-label': 'desk.correct', onclick: () => this.#edit() }, icon('edit'));
    this.element = h('div', { class: 'cell' }, this.paragraph, this.button);
    this.paragraph.addEventListener('click', () => !this.button.disabled && getSelection()?.isCollapsed && this.#edit());
  }

  /** @param {Caption} caption @param {string} lang */
  render(caption, lang) {
    this.#caption = caption;
    this.#lang = lang;
    const line = lineIn(caption, lang);
    this.element.hidden = !line && !this.editor;
    if (line) showLine(this.paragraph, caption, line);
    setAttribute(this.element, 'data-original', line?.original ?? false);
    this.button.disabled = !line || caption.state === 'partial';
    this.editor?.update(caption, line);
  }

  #edit() {
    const line = this.#caption && lineIn(this.#caption, this.#lang);
    if (!line || !this.#caption || this.editor) return;
    this.editor = new LineEditor(this.#caption, line, { onSave: this.#onSave, onTerm: () => {}, onClose: () => this.#close() });
    this.element.append(this.editor.element);
    this.paragraph.hidden = this.button.hidden = true;
    this.editor.focus();
    this.element.scrollIntoView({ block: 'nearest' });
  }

  #close() {
    this.editor?.element.remove();
    this.editor = null;
    this.paragraph.hidden = this.button.hidden = false;
    this.button.focus({ preventScroll: true });
  }
}

export class CardLine {
  #head = new EntryHead();
  #lines;
  /** @type {unknown[]} */ #shown = [];
  #check = h('button', { type: 'button', class: 'check-done', 'data-action': 'checked' }, icon('check'), h('span', { 'data-t': 'rooms.checked' }));

  #confirm = h('button', { type: 'button', class: 'check-done primary', 'data-action': 'confirm' }, icon('check'), h('span', { 'data-t': 'rooms.confirm' }));

  /** @param {(correction: Correction) => void} onSave @param {() => void} onChecked @param {() => void} onConfirm */
  constructor(onSave, onChecked, onConfirm) {
    this.#lines = [new EditableLine(onSave), new EditableLine(onSave)];
    this.#check.addEventListener('click', onChecked);
    this.#confirm.addEventListener('click', onConfirm);
    this.element = h('article', { class: 'card-line' }, h('div', { class: 'card-line-head' }, this.#head.element, this.#check, this.#confirm), ...this.#lines.map(({ element }) => element));
  }

  get editing() {
    return this.#lines.some(({ editor }) => editor !== null);
  }

  /** To the first line that can be corrected. */
  focus() {
    this.#lines.find(({ button }) => !button.disabled)?.button.focus();
  }

  /** @param {Caption} caption @param {Person | undefined} person @param {readonly string[]} columns @param {{checked: boolean, held: boolean}} how */
  render(caption, person, columns, { checked, held }) {
    const shown = [caption, person, columns.join(), checked, held];
    if (shown.every((part, at) => part === this.#shown[at])) return;
    this.#shown = shown;
    this.#head.render(caption, person, held ? 'captions.held' : null);
    const doubt = checked ? null : doubtOf(caption);
    setAttribute(this.element, 'data-doubt', doubt);
    setAttribute(this.element, 'aria-busy', caption.state === 'partial' ? 'true' : null);
    this.#confirm.hidden = !held;
    this.#check.hidden = doubt === null || held;
    // What was said stands first.
    const ordered = [...columns].sort((one, other) => Number(primary(other) === primary(caption.lang)) - Number(primary(one) === primary(caption.lang)));
    const tags = ordered.some((tag) => primary(tag) === primary(caption.lang)) ? ordered : [caption.lang, ...ordered];
    this.#lines.forEach((line, at) => line.render(caption, tags[at] ?? caption.lang));
  }

  /** @param {string} code @param {string} message */
  refused(code, message) {
    for (const { editor } of this.#lines) editor?.refused(code, message);
  }
}
