/** The microphone is on only while a key or its button is held: for a loud hall, or one microphone for many. */

import { recall, remember } from './preferences.js';

/** @import {LocalMedia} from './local_media.js' */

const KEY = 'push_to_talk';
/** Where the space bar has a meaning of its own. */
const TYPED_IN = 'input, textarea, select, button, a, summary, [contenteditable], [role=option]';

export class PushToTalk {
  held = false;
  #media;
  #forget;

  /** @param {LocalMedia} media */
  constructor(media) {
    this.#media = media;
    this.key = this.key.bind(this);
    this.release = this.release.bind(this);
    addEventListener('keydown', this.key);
    addEventListener('keyup', this.key);
    addEventListener('blur', this.release);
    document.addEventListener('visibilitychange', this.release);
    // Whatever turned it on, a device that was opened late too: it is off unless held.
    this.#forget = media.onChange((kind) => kind === 'microphone' && this.#keep());
  }

  get on() {
    return recall(KEY, 'off') === 'on';
  }

  /** @param {boolean} on */
  turn(on) {
    remember(KEY, on ? 'on' : 'off');
    this.held = false;
    void this.#media.turn('microphone', !on);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.on || event.code !== 'Space') return;
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest('[data-action="mic"]');
    if (event.type === 'keyup') {
      if (this.held) this.release();
    } else if (!event.repeat && (button || !target?.closest(TYPED_IN))) this.press();
    else if (!this.held) return;
    event.preventDefault();
  }

  /** @param {HTMLElement} button held with a finger or the mouse */
  attach(button) {
    button.addEventListener('pointerdown', () => this.press());
    for (const name of ['pointerup', 'pointercancel', 'pointerleave']) button.addEventListener(name, this.release);
    button.addEventListener('contextmenu', (event) => this.on && event.preventDefault());
  }

  press() {
    if (!this.on) return;
    this.held = true;
    void this.#media.turn('microphone', true);
  }

  release() {
    if (!this.held) return;
    this.held = false;
    this.#keep();
  }

  #keep() {
    const { on, asking } = this.#media.devices.microphone;
    if (this.on && !this.held && on && !asking) void this.#media.turn('microphone', false);
  }

  close() {
    removeEventListener('keydown', this.key);
    removeEventListener('keyup', this.key);
    removeEventListener('blur', this.release);
    document.removeEventListener('visibilitychange', this.release);
    this.#forget();
  }
}
