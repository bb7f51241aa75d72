/** Correcting one line where it stands: Enter saves, Control and Enter also make a term of what was corrected, Escape
 *  leaves it. Somebody else's correction meanwhile is shown, not overwritten unseen. */

import { say } from '../i18n.js';
import { h, setText } from './dom.js';

/** @import {Caption} from '../protocol.js' */
/** @import {Line} from '../captions.js' */

/**
 * @typedef {object} Correction
 * @property {string} id
 * @property {number} rev
 * @property {string} lang
 * @property {string} text
 */
/** What was written instead of what, of which a term is to be made. @typedef {{id: string, lang: string, before: string, after: string}} Rewording */

export class LineEditor {
  #saving = false;
  #conflict = false;
  /** The server says that the caption changed, which we have not seen yet. */
  #behind = false;
  #sentRev = 0;
  #id;
  #rev;
  #lang;
  #base;
  #onSave;
  #onTerm;

  /**
   * @param {Caption} caption
   * @param {Line} line
   * @param {{onSave: (correction: Correction) => void, onTerm: (rewording: Rewording) => void, onClose: () => void}} handlers
   */
  constructor(caption, line, { onSave, onTerm, onClose }) {
    this.#id = caption.id;
    this.#rev = caption.rev;
    this.#lang = line.lang;
    this.#base = line.text;
    this.#onSave = onSave;
    this.#onTerm = onTerm;
    this.onClose = onClose;
    this.input = h('textarea', { lang: line.lang, rows: 2, maxlength: 2000, 'data-t-label': 'desk.correct', spellcheck: 'false' });
    this.input.value = line.text;
    this.theirs = h('p', { class: 'theirs', lang: line.lang });
    this.notice = h('p', { class: 'editor-notice', role: 'status' });
    this.element = h('div', { class: 'editor' }, this.input, this.notice, this.theirs,
      h('div', { class: 'editor-buttons' },
        h('button', { type: 'button', class: 'primary', 'data-action': 'save', 'data-t': 'desk.save', onclick: () => this.save() }),
        h('button', { type: 'button', 'data-action': 'save-term', 'data-t': 'desk.save_term', 'data-t-title': 'desk.save_term_keys', onclick: () => this.save(true) }),
        h('button', { type: 'button', 'data-action': 'cancel', 'data-t': 'desk.cancel', onclick: () => this.onClose() })));
    this.theirs.hidden = true;
    this.input.addEventListener('keydown', (event) => this.#key(event));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    event.stopPropagation();
    // Enter and Escape of an input method belong to it.
    if (event.isComposing) return;
    if (event.key === 'Escape') this.onClose();
    else if (event.key === 'Enter' && !event.shiftKey) this.save(event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
  }

  focus() {
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  /** @param {boolean} [term] whether to make a term of what was corrected */
  save(term = false) {
    const text = this.input.value.trim().replace(/\s*\n\s*/g, ' ');
    if (this.#saving || !text) return;
    if (term) this.#onTerm({ id: this.#id, lang: this.#lang, before: this.#base, after: text });
    if (text === this.#base && !this.#conflict) {
      this.onClose();
      return;
    }
    this.#saving = true;
    this.#behind = false;
    this.#sentRev = this.#rev;
    say(this.notice, 'desk.saving');
    this.#onSave({ id: this.#id, rev: this.#rev, lang: this.#lang, text });
  }

  /**
   * The caption as it is now.
   * @param {Caption} caption
   * @param {Line | null} line
   */
  update(caption, line) {
    if (caption.rev <= this.#rev || !line) return;
    this.#rev = caption.rev;
    if (this.#saving && line.text === this.input.value.trim().replace(/\s*\n\s*/g, ' ')) {
      this.onClose();
      return;
    }
    if (line.text === this.#base) {
      // Another language of it changed: no conflict, but our revision was old.
      if (this.#behind) this.save();
      return;
    }
    this.#saving = false;
    this.#behind = false;
    this.#conflict = true;
    this.#base = line.text;
    say(this.notice, 'desk.conflict', { name: caption.by ?? '' });
    setText(this.theirs, line.text);
    this.theirs.hidden = false;
  }

  /** The server would not take it. @param {string} code @param {string} message */
  refused(code, message) {
    if (!this.#saving) return;
    this.#saving = false;
    if (code === 'caption_changed') {
      say(this.notice, 'desk.changed');
      if (this.#rev > this.#sentRev) this.save();
      else this.#behind = true;
    } else {
      this.notice.removeAttribute('data-t');
      setText(this.notice, message);
    }
  }
}
