/** A list that follows its newest entry until one scrolls up, and then says how to get back. */

import { h } from './dom.js';
import { icon } from './icons.js';

/** So near to the end counts as the end (px). */
const NEAR = 32;

export class ScrollLock {
  #following = true;

  /** @param {HTMLElement} log the element that scrolls */
  constructor(log) {
    this.log = log;
    this.button = h('button', { type: 'button', class: 'newest', 'data-action': 'newest' }, icon('down'), h('span', { 'data-t': 'transcript.newest' }));
    this.button.hidden = true;
    this.button.addEventListener('click', () => this.follow());
    log.addEventListener('scroll', () => this.#look());
    new ResizeObserver(() => this.settle()).observe(log);
  }

  #look() {
    const rest = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight;
    this.#following = rest <= NEAR;
    this.button.hidden = this.#following;
  }

  /** Goes to the newest entry and stays there. */
  follow() {
    this.#following = true;
    this.button.hidden = true;
    this.settle();
  }

  /** To be called after the entries changed. */
  settle() {
    if (this.#following) this.log.scrollTop = this.log.scrollHeight;
  }
}
