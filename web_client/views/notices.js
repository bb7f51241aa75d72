/** What one should know just now, each in one sentence: it comes, it can be put away, it goes. */

import { say } from '../i18n.js';
import { h } from './dom.js';
import { icon } from './icons.js';

export class Notices {
  /** @type {Map<string, {notice: HTMLElement, words: HTMLElement}>} */ #shown = new Map();
  /** @type {Set<string>} */ #dismissed = new Set();

  /** @param {string} kind of place: `passing` or `lasting` */
  constructor(kind) {
    this.element = h('div', { class: kind, role: 'status' });
  }

  /**
   * @param {string} key sentence, and name of the notice
   * @param {boolean} wanted
   * @param {{action?: () => void, does?: string, command?: string, values?: Record<string, string | number>}} [more] what
   *   its button does, and the button's `data-action`; a command to copy
   */
  show(key, wanted, { action, does = 'sound', command, values } = {}) {
    const known = this.#shown.get(key);
    if (!wanted) {
      known?.notice.remove();
      this.#shown.delete(key);
      this.#dismissed.delete(key);
      return;
    }
    // The words go on fitting: who speaks what may change, and so may the page's language.
    if (known && values) say(known.words, key, values);
    if (known || this.#dismissed.has(key)) return;
    const words = h('span');
    say(words, key, values);
    const dismiss = h('button', { type: 'button', class: 'quiet icon-only', 'data-action': 'dismiss', 'data-t-label': 'notice.dismiss' }, icon('close'));
    const notice = h('div', { class: 'notice', 'data-notice': key }, words,
      command ? h('span', { class: 'command' }, h('span', { 'data-t': `${key}_command` }), h('code', {}, command)) : null,
      action ? h('button', { type: 'button', 'data-action': does, 'data-t': `${key}_do`, onclick: action }) : null, dismiss);
    dismiss.addEventListener('click', () => {
      this.#dismissed.add(key);
      this.#shown.delete(key);
      notice.remove();
    });
    this.#shown.set(key, { notice, words });
    this.element.append(notice);
  }
}
