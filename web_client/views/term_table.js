/** Terms in some languages, and a line to write another one: Enter adds it, Delete takes a term out. */

import { say } from '../i18n.js';
import { formIn, keyOf } from '../terms.js';
import { languageName, onLanguage } from '../i18n.js';
import { h, setAttribute, setText } from './dom.js';
import { icon } from './icons.js';

/** @import {Term} from '../protocol.js' */
/** @typedef {{term: string, translations: Record<string, string>, replaces?: string}} TermChange */

const MAX_CHARS = 100;

export class TermTable {
  /** @type {readonly Term[]} */ #terms = [];
  /** @type {readonly string[]} */ #languages = [];
  /** @type {Term | null} what is being changed */ #editing = null;
  /** @type {Map<string, HTMLInputElement>} */ #inputs = new Map();
  #list = h('ul', { class: 'terms', 'data-t-label': 'glossary.title' });
  #empty = h('p', { class: 'hint', 'data-t': 'glossary.empty' });
  #fields = h('div', { class: 'term-fields' });
  #submit = h('button', { class: 'primary', 'data-action': 'add-term' });
  #cancel = h('button', { type: 'button', class: 'quiet', 'data-action': 'cancel-term', 'data-t': 'desk.cancel' });
  #onPut;
  #onRemove;

  /** @param {{onPut: (change: TermChange) => void, onRemove: (term: Term) => void}} handlers */
  constructor({ onPut, onRemove }) {
    this.#onPut = onPut;
    this.#onRemove = onRemove;
    this.form = h('form', { class: 'term-form' }, this.#fields, h('div', { class: 'term-buttons' }, this.#cancel, this.#submit));
    this.element = h('div', { class: 'term-table' }, this.form, this.#empty, this.#list);
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#put();
    });
    this.form.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.#editing || event.isComposing) return;
      event.stopPropagation();
      this.#edit(null);
    });
    this.#cancel.addEventListener('click', () => this.#edit(null));
    this.#edit(null);
    onLanguage(() => this.#nameLanguages());
  }

  focus() {
    this.#inputs.values().next().value?.focus();
  }

  /** @param {readonly Term[]} terms @param {readonly string[]} languages */
  render(terms, languages) {
    if (languages.join() !== this.#languages.join()) {
      this.#languages = languages;
      this.#inputs = new Map(languages.map((tag) => [tag, h('input', { name: tag, lang: tag, maxlength: MAX_CHARS, autocomplete: 'off', spellcheck: 'false' })]));
      this.#fields.replaceChildren(...[...this.#inputs.entries()].map(([, input]) => h('label', { class: 'field' }, h('span'), input)));
      this.#nameLanguages();
      this.#terms = [];
    }
    if (terms === this.#terms) return;
    const focused = document.activeElement?.closest('[data-term]')?.getAttribute('data-term');
    this.#terms = terms;
    this.#list.replaceChildren(...terms.map((term) => this.#row(term)));
    this.#empty.hidden = terms.length > 0;
    if (focused !== undefined && focused !== null) this.#focusRow(focused);
  }

  /** @param {string} term */
  #focusRow(term) {
    for (const row of this.#list.children) {
      if (row.getAttribute('data-term') === term) /** @type {HTMLElement | null} */ (row.querySelector('button'))?.focus();
    }
  }

  #nameLanguages() {
    for (const [tag, input] of this.#inputs) {
      setText(/** @type {Element} */ (input.previousElementSibling), languageName(tag));
    }
  }

  /** @param {Term} term */
  #row(term) {
    const texts = this.#languages.map((tag) => h('span', { lang: tag, class: 'term-text' }, formIn(term, tag) || '–'));
    const shown = this.#languages.some((tag) => keyOf(formIn(term, tag)) === keyOf(term.term));
    const edit = h('button', { type: 'button', class: 'term-words', 'data-action': 'edit-term' }, ...(shown ? [] : [h('span', { class: 'term-text' }, term.term)]), ...texts);
    say(edit, 'glossary.edit_of', { term: term.term }, 'label');
    edit.addEventListener('click', () => this.#edit(term));
    const row = h('li', { class: 'term', 'data-term': term.term, 'data-scope': term.scope }, edit);
    if (term.scope === 'event') row.append(h('span', { class: 'role', 'data-t': 'glossary.of_event' }));
    else {
      const remove = h('button', { type: 'button', class: 'quiet icon-only', 'data-action': 'remove-term' }, icon('close'));
      say(remove, 'glossary.remove_of', { term: term.term }, 'label');
      remove.addEventListener('click', () => this.#onRemove(term));
      row.append(remove);
      row.addEventListener('keydown', (event) => {
        if (event.key === 'Delete') this.#onRemove(term);
      });
    }
    return row;
  }

  /** Puts a term into the line to be changed there; null empties the line. @param {Term | null} term */
  #edit(term) {
    this.#editing = term;
    for (const [tag, input] of this.#inputs) input.value = term ? formIn(term, tag) : '';
    say(this.#submit, term ? 'glossary.change' : 'glossary.add');
    this.#cancel.hidden = term === null;
    setAttribute(this.form, 'data-editing', term !== null);
    if (term) this.focus();
  }

  #put() {
    const written = [...this.#inputs].map(([tag, input]) => /** @type {const} */ ([tag, input.value.trim()])).filter(([, text]) => text);
    const first = written[0];
    if (!first) {
      this.focus();
      return;
    }
    const editing = this.#editing;
    /** @type {Record<string, string>} */
    const kept = {};
    for (const [tag, text] of Object.entries(editing?.translations ?? {})) {
      if (!this.#languages.some((shown) => shown === tag || shown.split('-')[0] === tag.split('-')[0])) kept[tag] = text;
    }
    const translations = { ...kept, ...Object.fromEntries(written) };
    const own = editing && this.#languages.find((tag) => keyOf(formIn(editing, tag)) === keyOf(editing.term));
    const term = editing ? (own ? (this.#inputs.get(own)?.value.trim() || first[1]) : editing.term) : first[1];
    const renamed = editing && keyOf(term) !== keyOf(editing.term) && editing.scope === 'room';
    this.#onPut({ term, translations, ...(renamed ? { replaces: editing.term } : {}) });
    this.#edit(null);
    this.focus();
  }
}
