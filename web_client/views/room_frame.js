/** A room's page inside of the hall's screen: put in, watched, and loaded anew when it came to nothing.
 *
 *  A frame of its own, so that a room leaves nothing behind when it is over, and a page that could not be loaded
 *  does not take the screen with it. */

import { h } from './dom.js';

/** So long a page may take to show something (ms). */
const LOAD_MS = 20_000;
/** So long after it ended in a way that it does not come back from by itself (ms). */
const ENDED_MS = 20_000;
/** Ends that the room's page itself does not come back from. */
const FOR_GOOD = ['replaced', 'left', 'revoked_link', 'unknown_link'];
/** So long after the last movement the pointer and the buttons disappear (ms). */
const IDLE_MS = 4000;

export class RoomFrame {
  /** @type {HTMLIFrameElement | null} */ #frame = null;
  #url = '';
  #badSince = 0;
  #movedAt = 0;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
  }

  get shown() {
    return this.#frame !== null;
  }

  /** @param {string | null} url null: none @param {string} title */
  show(url, title) {
    if (url === this.#url && this.#frame) {
      this.#frame.title = title;
      return;
    }
    this.#url = url ?? '';
    this.#frame?.remove();
    this.#frame = null;
    if (url) this.#load(url, title);
  }

  /** @param {string} url @param {string} title */
  #load(url, title) {
    const frame = h('iframe', { src: url, title, allow: 'autoplay; camera; microphone; screen-wake-lock; fullscreen', 'data-room-frame': '' });
    frame.addEventListener('load', () => this.#entered(frame));
    this.#badSince = 0;
    this.#frame = frame;
    this.place.append(frame);
  }

  /** @param {HTMLIFrameElement} frame */
  #entered(frame) {
    const inner = frame.contentWindow;
    if (!frame.contentDocument || !inner) return;
    for (const name of ['pointermove', 'pointerdown', 'keydown']) inner.addEventListener(name, () => (this.#movedAt = performance.now()));
    this.look(performance.now());
  }

  /** Once a second. @param {number} nowMs monotonic */
  look(nowMs) {
    const frame = this.#frame;
    if (!frame) return;
    // Null where the browser shows a page of its own, about a server that was away.
    const inside = frame.contentDocument;
    inside?.documentElement.toggleAttribute('data-idle', nowMs - this.#movedAt > IDLE_MS);
    const ended = inside?.querySelector('[data-ended]')?.getAttribute('data-ended');
    const bad = ended ? FOR_GOOD.includes(ended) : !inside?.querySelector('.room, .join, [data-ended]');
    if (!bad) this.#badSince = 0;
    else if (this.#badSince === 0) this.#badSince = nowMs;
    else if (nowMs - this.#badSince > (ended ? ENDED_MS : LOAD_MS)) {
      frame.remove();
      this.#load(this.#url, frame.title);
    }
  }
}
