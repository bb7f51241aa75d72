/** A caption that one types where the machine cannot: Enter shows it, and the field is ready for the next. */

import { languageName, onLanguage } from '../i18n.js';
import { h, setText } from './dom.js';
import { languageOf, speakers } from './desk_tools.js';

/** @import {RoomView} from '../state.js' */

export class TypedLine {
  #speaker = h('select', { 'data-t-label': 'desk.write_as', 'data-action': 'write-as' });
  #lang = h('select', { 'data-t-label': 'desk.write_lang', 'data-action': 'write-lang' });
  #input = h('input', { maxlength: 2000, autocomplete: 'off', spellcheck: 'false', 'data-t-label': 'desk.write', 'data-t-placeholder': 'desk.write_hint' });
  #people = '';
  #tags = '';
  /** @type {RoomView | null} */ #state = null;
  #onClose;

  /** @param {(line: {lang: string, text: string, speaker: string}) => void} onSay @param {() => void} onClose */
  constructor(onSay, onClose) {
    this.#onClose = onClose;
    this.element = h('form', { class: 'desk-form', 'data-t-label': 'desk.write', hidden: true },
      this.#speaker, this.#lang, this.#input, h('button', { class: 'primary', 'data-action': 'show-typed', 'data-t': 'desk.write_do' }));
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#input.value.trim();
      if (!text) return;
      onSay({ lang: this.#lang.value, text, speaker: this.#speaker.value });
      this.#input.value = '';
      this.#input.focus();
    });
    this.#speaker.addEventListener('change', () => this.#follow());
    this.element.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Escape' && !event.isComposing) this.close();
    });
    onLanguage(() => this.#nameLanguages());
  }

  get open() {
    return !this.element.hidden;
  }

  /** @param {string | undefined} speaker whose line one was on; a speaker whom the machine leaves out comes first */
  show(speaker) {
    const paused = this.#state?.machine.paused.find((id) => [...this.#speaker.options].some(({ value }) => value === id));
    const wanted = paused ?? speaker;
    if (!this.open && wanted && [...this.#speaker.options].some(({ value }) => value === wanted)) {
      this.#speaker.value = wanted;
      this.#follow();
    }
    this.element.hidden = false;
    this.#input.focus();
  }

  close() {
    this.element.hidden = true;
    this.#onClose();
  }

  #follow() {
    const tags = [...this.#lang.options].map(({ value }) => value);
    this.#lang.value = languageOf(this.#state?.people.find(({ id }) => id === this.#speaker.value), tags);
    this.#input.lang = this.#lang.value;
  }

  /** @param {RoomView} state @param {readonly string[]} tags the room's languages */
  render(state, tags) {
    this.#state = state;
    if (tags.join() !== this.#tags) {
      this.#tags = tags.join();
      const before = this.#lang.value;
      this.#lang.replaceChildren(...tags.map((tag) => h('option', { value: tag })));
      if (tags.includes(before)) this.#lang.value = before;
      this.#nameLanguages();
    }
    const people = speakers(state);
    const you = state.people.find(({ id }) => id === state.you);
    if (you && !people.includes(you)) people.push(you);
    const names = people.map(({ id, name, company }) => `${id} ${name || company}`).join('\n');
    if (names === this.#people) return;
    this.#people = names;
    const before = this.#speaker.value;
    this.#speaker.replaceChildren(...people.map(({ id, name, company }) => h('option', { value: id }, name || company)));
    if (people.some(({ id }) => id === before)) this.#speaker.value = before;
    else this.#follow();
  }

  #nameLanguages() {
    for (const option of this.#lang.options) setText(option, languageName(option.value));
  }
}
