/** The glossary beside the interpreter's lines. */

import { say } from '../i18n.js';
import { h, setText } from './dom.js';
import { icon } from './icons.js';
import { TermTable } from './term_table.js';

/** @import {Replacement, Term} from '../protocol.js' */
/** @import {TermChange} from './term_table.js' */

export class GlossaryPanel {
  #failure = h('p', { class: 'failure', role: 'alert' });
  #close = h('button', { type: 'button', class: 'quiet icon-only', 'data-action': 'close-glossary', 'data-t-label': 'glossary.close' }, icon('close'));
  #asked = false;
  #replaced = h('ul', { class: 'replacements', 'data-t-label': 'desk.replacements' });
  #rules = h('section', { hidden: true }, h('h3', { 'data-t': 'desk.replacements' }), this.#replaced);
  /** @type {readonly Replacement[]} */ #shown = [];
  #onStop;
  #table;

  /** @param {{onPut: (change: TermChange) => void, onRemove: (term: Term) => void, onStop: (replacement: Replacement) => void, onClose: () => void}} handlers */
  constructor({ onPut, onRemove, onStop, onClose }) {
    this.#onStop = onStop;
    const asking = (/** @type {() => void} */ act) => {
      this.#asked = true;
      this.#failure.hidden = true;
      act();
    };
    this.#table = new TermTable({ onPut: (change) => asking(() => onPut(change)), onRemove: (term) => asking(() => onRemove(term)) });
    this.#failure.hidden = true;
    this.element = h('aside', { class: 'desk-panel glossary', 'data-t-label': 'glossary.title' },
      h('header', { class: 'panel-head' }, h('h2', { 'data-t': 'glossary.title' }), this.#close), this.#failure,
      h('div', { class: 'glossary-body' }, this.#table.element, this.#rules));
    this.element.hidden = true;
    this.#close.addEventListener('click', onClose);
    this.element.addEventListener('keydown', (event) => {
      // Letters are letters here, not the desk's keys.
      event.stopPropagation();
      if (event.key === 'Escape' && !event.isComposing) onClose();
    });
  }

  get open() {
    return !this.element.hidden;
  }

  /** @param {boolean} open */
  toggle(open) {
    this.element.hidden = !open;
    if (open) this.#table.focus();
  }

  /** @param {readonly Term[]} terms @param {readonly string[]} languages */
  render(terms, languages) {
    this.#table.render(terms, [...new Set(languages)]);
  }

  /** @param {readonly Replacement[]} replacements */
  renderReplacements(replacements) {
    if (replacements === this.#shown) return;
    this.#shown = replacements;
    this.#rules.hidden = replacements.length === 0;
    this.#replaced.replaceChildren(...replacements.map((one) => this.#rule(one)));
  }

  /** @param {Replacement} replacement */
  #rule(replacement) {
    const { lang, find, put } = replacement;
    const stop = h('button', { type: 'button', class: 'quiet icon-only', 'data-action': 'stop-replacing' }, icon('close'));
    say(stop, 'desk.stop_replacing', { find }, 'label');
    stop.addEventListener('click', () => this.#onStop(replacement));
    return h('li', { lang }, h('span', {}, `${find} → ${put}`), stop);
  }

  /** The server would not. @param {string} code @param {string} message */
  refused(code, message) {
    if (!this.#asked) return;
    this.#asked = false;
    this.#failure.hidden = false;
    if (code === 'glossary_full') say(this.#failure, 'glossary.full');
    else if (code === 'term_not_found') say(this.#failure, 'glossary.gone');
    else {
      this.#failure.removeAttribute('data-t');
      setText(this.#failure, message);
    }
  }
}
