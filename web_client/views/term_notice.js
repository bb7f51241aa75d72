/** What became of a correction's term: it is in the glossary, what it is called in the other language, the way back. */

import { languageName, say } from '../i18n.js';
import { h, setAttribute, setText } from './dom.js';

/** @import {TermChange} from './term_table.js' */

/** So long it is shown without being touched (ms). */
const SHOWN_MS = 30_000;

/**
 * @typedef {object} Added
 * @property {TermChange} term
 * @property {string} lang in which it was corrected
 * @property {string} other the language that it is wanted in too
 * @property {() => void} undo
 */

export class TermNotice {
  /** @type {Added | null} */ #added = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #touched = false;
  #sentence = h('p');
  #name = h('span');
  #input = h('input', { name: 'counterpart', maxlength: 100, autocomplete: 'off', spellcheck: 'false' });
  #form = h('form', { class: 'counterpart' }, h('label', {}, this.#name, this.#input), h('button', { class: 'primary', 'data-action': 'add-counterpart', 'data-t': 'glossary.add' }));
  #undo = h('button', { type: 'button', 'data-action': 'undo-term' });
  #onPut;
  #onDone;

  /** @param {(change: TermChange) => void} onPut @param {() => void} onDone gives the focus back */
  constructor(onPut, onDone) {
    this.#onPut = onPut;
    this.#onDone = onDone;
    this.element = h('div', { class: 'term-notice', role: 'status', 'data-term-notice': '' }, this.#sentence, this.#form, this.#undo);
    this.element.hidden = true;
    say(this.#undo, 'glossary.undo');
    this.#undo.addEventListener('click', () => this.undo());
    this.#input.addEventListener('input', () => {
      this.#touched = true;
    });
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#complete();
    });
    this.element.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key !== 'Escape' || event.isComposing) return;
      this.hide();
      this.#onDone();
    });
    this.element.addEventListener('focusin', () => clearTimeout(this.#timer));
    this.element.addEventListener('focusout', () => this.#later());
  }

  get shown() {
    return !this.element.hidden;
  }

  /** @param {Added} added */
  show(added) {
    this.#added = added;
    this.#touched = false;
    this.element.hidden = false;
    const there = added.term.translations[added.other];
    const term = added.term.translations[added.lang] ?? added.term.term;
    if (there) say(this.#sentence, 'glossary.added_pair', { term, other: there });
    else say(this.#sentence, 'glossary.added', { term });
    this.#form.hidden = there !== undefined;
    this.#undo.hidden = false;
    setText(this.#name, languageName(added.other));
    setAttribute(this.#input, 'lang', added.other);
    this.#input.value = '';
    this.#later();
  }

  /** Nothing was added, and why. @param {string} key */
  explain(key) {
    this.#added = null;
    this.element.hidden = false;
    say(this.#sentence, key);
    this.#form.hidden = true;
    this.#undo.hidden = true;
    this.#later();
  }

  /** The machine's word for the term, to be taken or changed. @param {string} text */
  suggest(text) {
    if (this.#added && !this.#touched && !this.#form.hidden) this.#input.value = text;
  }

  focus() {
    if (this.#form.hidden) this.#undo.focus();
    else {
      this.#input.focus();
      this.#input.select();
    }
  }

  undo() {
    if (!this.#added) return;
    this.#added.undo();
    this.explain('glossary.undone');
    this.#onDone();
  }

  hide() {
    clearTimeout(this.#timer);
    this.element.hidden = true;
    this.#added = null;
  }

  #complete() {
    const added = this.#added;
    const text = this.#input.value.trim();
    if (!added || !text) return;
    const term = { term: added.term.term, translations: { ...added.term.translations, [added.other]: text } };
    this.#onPut(term);
    this.show({ ...added, term });
    this.#onDone();
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), SHOWN_MS);
  }
}
