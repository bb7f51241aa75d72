/** The interpreter's keys, from anywhere on the page unless one is typing. Letters count by what they say or by where
 *  they lie, since a Korean keyboard says other letters with the same keys. */

import { signOf } from '../keys.js';

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}

export class AirKeys {
  #coughing = false;
  #options;

  /**
   * @param {object} options
   * @param {() => boolean} options.there whether the keys mean anything now
   * @param {Record<string, HTMLButtonElement>} options.keys letter → what it presses
   * @param {(at: number) => void} options.onChannel the digit, from 0; -1 for everybody
   * @param {(held: boolean) => void} options.onCough
   */
  constructor(options) {
    this.#options = options;
    document.addEventListener('keydown', (event) => this.#down(event));
    document.addEventListener('keyup', (event) => signOf(event) === 'c' && this.#cough(false));
    // Whoever looks elsewhere has let go, whatever the keyboard says.
    addEventListener('blur', () => this.#cough(false));
    document.addEventListener('visibilitychange', () => this.#cough(false));
  }

  /** @param {KeyboardEvent} event */
  #down(event) {
    const sign = signOf(event);
    if (!sign || !this.#options.there() || isTyping(event.target)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (sign === 'c') this.#cough(true);
    else if (event.repeat) return;
    else if (sign === 'a') this.#options.onChannel(-1);
    else if (/[1-9]/.test(sign) && event.shiftKey) return;
    else if (/[1-9]/.test(sign)) this.#options.onChannel(Number(sign) - 1);
    else this.#press(sign);
  }

  /** @param {string} sign */
  #press(sign) {
    const button = this.#options.keys[sign];
    if (button && !button.hidden && !button.disabled) button.click();
  }

  /** @param {boolean} held */
  #cough(held) {
    if (held === this.#coughing) return;
    this.#coughing = held;
    this.#options.onCough(held);
  }
}
