/** What an organiser does with a room besides opening and closing it: more time, a word to those inside, another time,
 *  another interpreter. */

import * as api from '../api.js';
import { say } from '../i18n.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { moveDialog, swapDialog, writeDialog } from './room_dialogs.js';

/** @import {BoardRoom} from '../protocol.js' */

/** Minutes that one press adds. */
const STEPS = [5, 10];

export class RowTools {
  /** @type {Map<string, HTMLButtonElement>} */ #buttons = new Map();

  /**
   * @param {() => BoardRoom} room
   * @param {(act: () => Promise<unknown>) => void} run
   * @param {(how: string) => void} onEnter
   */
  constructor(room, run, onEnter) {
    this.extend = STEPS.map((minutes) => h('button', { type: 'button', 'data-action': `extend-${minutes}`, onclick: () => run(() => api.extend(room().id, minutes)) }, h('span')));
    this.#add('listen', 'listen', () => onEnter('listen'));
    this.#add('speak', 'mic', () => onEnter('speak'));
    this.#add('write', 'write', () => writeDialog(room()));
    this.#add('move', 'clock', () => run(() => moveDialog(room())), 'organiser');
    this.#add('swap', 'flip', () => run(() => swapDialog(room())), 'organiser');
    this.element = h('div', { class: 'row-tools' }, ...this.extend, ...this.#buttons.values());
    this.element.hidden = true;
  }

  /** @param {string} action @param {string} sign @param {() => void} act @param {string | null} needs a right */
  #add(action, sign, act, needs = null) {
    this.#buttons.set(action, h('button', { type: 'button', 'data-action': action, 'data-needs': needs, onclick: act }, icon(sign), h('span', { 'data-t': `row.${action}` })));
  }

  /** @param {BoardRoom} room */
  render(room) {
    const open = room.state === 'open';
    this.extend.forEach((button, at) => {
      const values = { minutes: STEPS[at] ?? 0, title: room.title };
      button.hidden = !open;
      say(button, 'row.extend_of', values, 'label');
      if (button.firstElementChild) say(button.firstElementChild, 'row.extend', values);
    });
    for (const [action, button] of this.#buttons) {
      say(button, `row.${action}_of`, { title: room.title }, 'label');
      button.hidden = !open && ['listen', 'speak', 'write'].includes(action);
    }
    const swap = this.#buttons.get('swap');
    if (swap) swap.hidden = !room.event;
  }
}
