/** The row of buttons under the picture: each with its sign and its word, pressed where it is on. What has no place in
 *  the row stands behind "more": the same buttons, so nothing but their place changes. */

import { say } from '../i18n.js';
import { fit, placesIn } from '../overflow.js';
import { canShareScreen } from '../screen_share.js';
import { h, setAttribute } from './dom.js';
import { Floating } from './floating.js';
import { icon } from './icons.js';
import { MoreMenu } from './more_menu.js';

/** @import {Source} from '../protocol.js' */

/** @typedef {'mic' | 'camera' | 'other-camera' | 'share' | 'listen' | 'float' | 'captions' | 'transcript' | 'desk' | 'help' | 'leave'} Action */
/**
 * @typedef {object} Shown
 * @property {boolean} mic
 * @property {boolean} camera
 * @property {boolean} share
 * @property {readonly Source[]} may what one may send at all
 * @property {boolean} hold the microphone is on only while its button is held
 * @property {boolean} flip there is another camera on the back
 * @property {boolean} float the call stands in a window of its own
 * @property {boolean} captions the settings are open
 * @property {boolean} listen its menu is open
 * @property {boolean} interpreted there is an interpreter
 * @property {boolean} hears what one hears is interpreted
 * @property {boolean | null} help one has called the organiser; null: there is nothing to call
 * @property {boolean} transcript
 * @property {boolean} desk
 * @property {boolean} mayCorrect
 */

/** In the order in which they stand, with their rank: the higher, the sooner one gives way where the row is short.
 *  @type {Readonly<Record<Action, number>>} */
const RANK = { mic: 0, camera: 1, 'other-camera': 2, share: 7, listen: 2, float: 8, captions: 5, transcript: 6, desk: 3, help: 4, leave: 0 };
/** @type {Partial<Record<Action, string>>} */
const ICONS = { desk: 'edit', 'other-camera': 'turn' };

export class Controls {
  /** @type {Map<Action, {button: HTMLButtonElement, word: HTMLElement}>} */ #buttons = new Map();
  #more = new MoreMenu();
  #placed = '';
  #width = 0;

  /** @param {(action: Action) => void} onAction */
  constructor(onAction) {
    this.level = h('span', { class: 'mic-level', 'aria-hidden': 'true' }, h('i'));
    for (const action of /** @type {Action[]} */ (Object.keys(RANK))) {
      const word = h('span', { class: 'word' });
      const button = h('button', { type: 'button', class: 'control', 'data-action': action, onclick: () => onAction(action) }, icon(ICONS[action] ?? action), word);
      this.#buttons.set(action, { button, word });
    }
    this.#button('mic').append(this.level);
    this.#button('float').hidden = !Floating.available;
    this.element = h('nav', { class: 'controls', 'data-t-label': 'controls.label' }, ...[...this.#buttons.values()].map(({ button }) => button), this.#more.element);
    this.#name('leave', 'leave');
    this.#name('other-camera', 'other_camera');
    new ResizeObserver(([entry]) => {
      this.#width = entry?.contentRect.width ?? 0;
      this.#place();
    }).observe(this.element);
  }

  /** Gives every button that is there a place in the row or behind "more". */
  #place() {
    if (this.#width === 0) return;
    const there = [...this.#buttons].filter(([, { button }]) => !button.hidden).map(([action]) => action);
    const { minWidth, columnGap } = sizes(this.element);
    const { more } = fit(there, placesIn(this.#width, minWidth, columnGap), (action) => RANK[action]);
    const placed = `${there.join()} ${more.join()}`;
    if (placed === this.#placed) return;
    this.#placed = placed;
    const focused = document.activeElement;
    for (const [action, { button }] of this.#buttons) {
      if (!more.includes(action)) this.element.append(button);
    }
    this.#more.hold(more.map((action) => this.#button(action)));
    this.element.insertBefore(this.#more.element, this.#button('leave'));
    if (focused instanceof HTMLElement && this.element.contains(focused)) focused.focus();
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
    say(word, `controls.${action.replace('-', '_')}_word`);
  }

  /** Where it stands behind "more", that takes the focus for it. @param {Action} action */
  focus(action) {
    const button = this.#button(action);
    (this.#more.holds(button) ? this.#more.opener : button).focus();
  }

  /** The button that is held to talk. */
  get microphone() {
    return this.#button('mic');
  }

  /** @param {number} level 0 to 1 */
  showLevel(level) {
    this.level.style.setProperty('--level', level.toFixed(2));
  }

  /** @param {Shown} shown */
  render(shown) {
    this.#button('mic').hidden = !shown.may.includes('microphone');
    this.#button('camera').hidden = !shown.may.includes('camera');
    this.#button('share').hidden = !shown.may.includes('screen') || !canShareScreen();
    this.#button('other-camera').hidden = !shown.flip;
    this.#toggle('float', shown.float);
    this.#device('mic', shown.mic);
    if (shown.hold) this.#name('mic', 'mic_hold');
    this.#device('camera', shown.camera);
    this.#toggle('share', shown.share);
    this.#toggle('transcript', shown.transcript);
    this.#toggle('desk', shown.desk);
    this.#toggle('help', shown.help === true);
    this.#button('help').hidden = shown.help === null;
    this.#name('captions', 'captions');
    setAttribute(this.#button('captions'), 'aria-expanded', String(shown.captions));
    this.#name('listen', 'listen');
    setAttribute(this.#button('listen'), 'aria-expanded', String(shown.listen));
    this.#button('listen').hidden = !shown.interpreted;
    this.#button('listen').dataset['on'] = String(shown.hears);
    this.#button('desk').hidden = !shown.mayCorrect;
    this.#button('transcript').hidden = shown.desk;
    this.level.hidden = !shown.mic;
    this.#place();
  }

  /** @param {'mic' | 'camera'} action @param {boolean} on */
  #device(action, on) {
    const button = this.#button(action);
    if (button.dataset['on'] !== String(on)) button.firstElementChild?.replaceWith(icon(on ? action : `${action}-off`));
    button.dataset['on'] = String(on);
    this.#name(action, `${action}_${on ? 'off' : 'on'}`);
  }

  /** @param {'share' | 'float' | 'transcript' | 'desk' | 'help'} action @param {boolean} on */
  #toggle(action, on) {
    this.#button(action).dataset['on'] = String(on);
    this.#name(action, `${action}_${on ? 'off' : 'on'}`);
  }
}

/** What the stylesheet says: the least width of a button and the gap between two. @param {HTMLElement} row */
function sizes(row) {
  const style = getComputedStyle(row);
  return { minWidth: parseFloat(style.getPropertyValue('--control-min')) || 56, columnGap: parseFloat(style.columnGap) || 0 };
}
