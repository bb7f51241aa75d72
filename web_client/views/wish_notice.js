/** What an interpreter asks of one, large over the picture for as long as it takes to read it twice. */

import { say, t } from '../i18n.js';
import { h } from './dom.js';

/** @import {RoomView, Asked} from '../state.js' */

const SHOWN_MS = 12_000;

export class WishNotice {
  /** @type {Asked | null} */ #shown = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  constructor() {
    this.element = h('div', { class: 'wish', role: 'alert', 'data-wish-notice': '' });
  }

  /** @param {RoomView} state @param {boolean} desk those who have a desk asked it themselves */
  render({ asked, people }, desk) {
    if (asked === this.#shown) return;
    this.#shown = asked;
    if (!asked || desk) return;
    const by = people.find(({ id }) => id === asked.by);
    const sentence = h('p');
    say(sentence, `wish.${asked.wish}`);
    const who = h('span', { class: 'speaker', 'data-role': by?.role ?? 'interpreter' }, by?.name || t('role.interpreter'));
    this.element.replaceChildren(who, sentence);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.element.replaceChildren(), SHOWN_MS);
  }
}
