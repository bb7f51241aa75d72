/** A button that silences the microphone for as long as it is held: with a finger, the mouse, Space, or its key. */

import { h, setAttribute } from './dom.js';
import { icon } from './icons.js';

export class CoughButton {
  #onHeld;
  #held = false;

  /** @param {(held: boolean) => void} onHeld */
  constructor(onHeld) {
    this.#onHeld = onHeld;
    this.element = h('button', { type: 'button', class: 'cough', 'data-action': 'cough', 'aria-keyshortcuts': 'C', 'aria-pressed': 'false', 'data-t-title': 'air.cough_hint' },
      icon('mic-off'), h('span', { 'data-t': 'air.cough' }), h('kbd', { class: 'key', 'aria-hidden': 'true' }, 'C'));
    this.element.addEventListener('pointerdown', (event) => {
      this.element.setPointerCapture(event.pointerId);
      this.hold(true);
    });
    for (const over of ['pointerup', 'pointercancel', 'lostpointercapture', 'blur']) this.element.addEventListener(over, () => this.hold(false));
    this.element.addEventListener('keydown', ({ key }) => (key === ' ' || key === 'Enter') && this.hold(true));
    this.element.addEventListener('keyup', () => this.hold(false));
    // A long touch is meant, and no menu.
    this.element.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  /** @param {boolean} held */
  hold(held) {
    if (held === this.#held) return;
    this.#held = held;
    setAttribute(this.element, 'aria-pressed', String(held));
    this.#onHeld(held);
  }
}
