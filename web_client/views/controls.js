/** The row of buttons under the picture: each with its sign and its word, pressed where it is on. */

import { canShareScreen } from '../devices.js';
import { say } from '../i18n.js';
import { h, setAttribute } from './dom.js';
import { icon } from './icons.js';

/** @typedef {'mic' | 'camera' | 'share' | 'captions' | 'transcript' | 'desk' | 'leave'} Action */
/**
 * @typedef {object} Shown
 * @property {boolean} mic
 * @property {boolean} camera
 * @property {boolean} share
 * @property {boolean} captions the settings are open
 * @property {boolean} transcript
 * @property {boolean} desk
 * @property {boolean} mayCorrect
 */

export class Controls {
  /** @type {Map<Action, {button: HTMLButtonElement, word: HTMLElement}>} */ #buttons = new Map();

  /** @param {(action: Action) => void} onAction */
  constructor(onAction) {
    this.level = h('span', { class: 'mic-level', 'aria-hidden': 'true' }, h('i'));
    /** @type {Action[]} */
    const actions = ['mic', 'camera', 'share', 'captions', 'transcript', 'desk', 'leave'];
    for (const action of actions) {
      const word = h('span', { class: 'word' });
      const button = h('button', { type: 'button', class: 'control', 'data-action': action, onclick: () => onAction(action) }, icon(action === 'desk' ? 'edit' : action), word);
      this.#buttons.set(action, { button, word });
    }
    this.#button('mic').append(this.level);
    this.#button('share').hidden = !canShareScreen();
    this.element = h('nav', { class: 'controls', 'data-t-label': 'controls.label' }, ...[...this.#buttons.values()].map(({ button }) => button));
    this.#name('leave', 'leave');
  }

  /** @param {Action} action */
  #button(action) {
    const found = this.#buttons.get(action);
    if (!found) throw new Error(action);
    return found.button;
  }

  /** @param {Action} action @param {string} key */
  #name(action, key) {
    const { button, word } = this.#buttons.get(action) ?? {};
    if (!button || !word) return;
    say(button, `controls.${key}`, undefined, 'label');
    say(button, `controls.${key}`, undefined, 'title');
    say(word, `controls.${action}_word`);
  }

  /** @param {Action} action */
  focus(action) {
    this.#button(action).focus();
  }

  /** @param {number} level 0 to 1 */
  showLevel(level) {
    this.level.style.setProperty('--level', level.toFixed(2));
  }

  /** @param {Shown} shown */
  render(shown) {
    this.#device('mic', shown.mic);
    this.#device('camera', shown.camera);
    this.#toggle('share', shown.share);
    this.#toggle('transcript', shown.transcript);
    this.#toggle('desk', shown.desk);
    this.#name('captions', 'captions');
    setAttribute(this.#button('captions'), 'aria-expanded', String(shown.captions));
    this.#button('desk').hidden = !shown.mayCorrect;
    this.#button('transcript').hidden = shown.desk;
    this.level.hidden = !shown.mic;
  }

  /** @param {'mic' | 'camera'} action @param {boolean} on */
  #device(action, on) {
    const button = this.#button(action);
    if (button.dataset['on'] !== String(on)) button.firstElementChild?.replaceWith(icon(on ? action : `${action}-off`));
    button.dataset['on'] = String(on);
    this.#name(action, `${action}_${on ? 'off' : 'on'}`);
  }

  /** @param {'share' | 'transcript' | 'desk'} action @param {boolean} on */
  #toggle(action, on) {
    this.#button(action).dataset['on'] = String(on);
    this.#name(action, `${action}_${on ? 'off' : 'on'}`);
  }
}
