/** The buttons that have no place in the row, behind one that opens them: Escape, a press elsewhere, or having chosen
 *  one closes it again. */

import { h, setAttribute } from './dom.js';
import { icon } from './icons.js';

export class MoreMenu {
  /** @type {HTMLButtonElement[]} */ #held = [];

  constructor() {
    this.panel = h('div', { class: 'more-panel', id: 'more-panel' });
    this.panel.hidden = true;
    this.opener = h('button', { type: 'button', class: 'control', 'data-action': 'more', 'aria-expanded': 'false', 'aria-controls': 'more-panel', 'data-t-label': 'controls.more', 'data-t-title': 'controls.more' },
      icon('more'), h('span', { class: 'word', 'data-t': 'controls.more_word' }));
    this.element = h('div', { class: 'more' }, this.opener, this.panel);
    this.element.hidden = true;
    this.opener.addEventListener('click', () => this.#open(this.panel.hidden));
    this.panel.addEventListener('click', () => this.#open(false));
    this.element.addEventListener('keydown', (event) => this.#key(event));
    document.addEventListener('pointerdown', (event) => {
      if (event.target instanceof Node && !this.element.contains(event.target)) this.#open(false);
    });
  }

  /** @param {HTMLButtonElement[]} buttons */
  hold(buttons) {
    this.#held = buttons;
    this.panel.append(...buttons);
    this.element.hidden = buttons.length === 0;
    if (buttons.length === 0) this.#open(false);
  }

  /** @param {HTMLButtonElement} button */
  holds(button) {
    return this.#held.includes(button);
  }

  /** @param {boolean} open */
  #open(open) {
    if (open === !this.panel.hidden) return;
    const within = this.panel.contains(document.activeElement);
    this.panel.hidden = !open;
    setAttribute(this.opener, 'aria-expanded', String(open));
    if (open) this.#held[0]?.focus();
    else if (within) this.opener.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.panel.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') this.#open(false);
    else if (step) this.#held.at((this.#held.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement)) + step) % this.#held.length)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
