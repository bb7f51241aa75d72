/** Words that are wrong everywhere: what they are replaced by, in all lines, and in the glossary if one likes. */

import { primary } from '../captions.js';
import { languageName, say } from '../i18n.js';
import { h } from './dom.js';

/** @typedef {{lang: string, find: string, put: string, other: string}} Wanted `other`: the language beside it */

export class ReplaceForm {
  /** @type {Wanted} */ #wanted = { lang: '', find: '', put: '', other: '' };
  #find = h('input', { name: 'find', maxlength: 100, required: true, autocomplete: 'off', spellcheck: 'false' });
  #put = h('input', { name: 'put', maxlength: 100, required: true, autocomplete: 'off', spellcheck: 'false' });
  #teach = h('input', { type: 'checkbox', name: 'teach', 'data-action': 'teach' });
  #name = h('span');
  #counterpart = h('input', { name: 'other', maxlength: 100, autocomplete: 'off', spellcheck: 'false' });
  #onClose;

  /** @param {(message: object) => void} send @param {() => void} onClose */
  constructor(send, onClose) {
    this.#onClose = onClose;
    this.element = h('form', { class: 'desk-form', 'data-t-label': 'desk.replace', hidden: true },
      h('label', {}, h('span', { 'data-t': 'desk.replace_find' }), this.#find),
      h('label', {}, h('span', { 'data-t': 'desk.replace_put' }), this.#put),
      h('label', { class: 'check' }, this.#teach, h('span', { 'data-t': 'desk.replace_teach' })),
      h('label', {}, this.#name, this.#counterpart),
      h('button', { class: 'primary', 'data-action': 'replace-all', 'data-t': 'desk.replace_do' }));
    this.#counterpart.addEventListener('input', () => {
      if (this.#counterpart.value) this.#teach.checked = true;
    });
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      const { lang, other } = this.#wanted;
      const [find, put, counterpart] = [this.#find, this.#put, this.#counterpart].map(({ value }) => value.trim());
      if (!find || !put || find === put) return;
      const term = this.#teach.checked ? { term: counterpart && primary(other) !== primary(lang) ? { [other]: counterpart } : {} } : {};
      send({ type: 'replace', lang, find, put, ...term });
      this.close();
    });
    this.element.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Escape' && !event.isComposing) this.close();
    });
  }

  /** @param {Wanted} wanted */
  show(wanted) {
    this.#wanted = wanted;
    this.#find.value = wanted.find;
    this.#put.value = wanted.put;
    this.#find.lang = this.#put.lang = wanted.lang;
    this.#counterpart.value = '';
    this.#counterpart.lang = wanted.other;
    this.#teach.checked = false;
    say(this.#name, 'desk.replace_other', { language: languageName(wanted.other) });
    /** @type {HTMLElement} */ (this.#counterpart.parentElement).hidden = primary(wanted.other) === primary(wanted.lang);
    this.element.hidden = false;
    // What is known need not be typed; what is not is where one begins.
    (wanted.find ? this.#put : this.#find).select();
  }

  close() {
    this.element.hidden = true;
    this.#onClose();
  }
}
