/** The line above the picture: which room, how long still, and how the connection is, in words. */

import { say, t } from '../i18n.js';
import { minutesLeft } from '../state.js';
import { h, setAttribute, setText } from './dom.js';
import { languageSwitch } from './language_switch.js';

/** @import {RoomView} from '../state.js' */

/** From here on the time is pressing (min). */
const SOON_MIN = 5;

/** A link that is back sooner was never away, as far as people are concerned (ms). */
const SHORT_MS = 1000;

/**
 * @param {RoomView} state
 * @param {boolean} through whether picture and sound get through
 * @param {number} lostMs for how long the link has been lost
 * @returns {'connecting' | 'reconnecting' | 'media_away' | 'media_blocked' | 'captions_away' | 'connected'}
 */
export function connectionWord(state, through, lostMs) {
  if (state.you === null && state.link !== 'open') return 'connecting';
  if (state.link !== 'open' && lostMs >= SHORT_MS) return 'reconnecting';
  if (state.media.state !== 'ready') return 'media_away';
  if (!through) return 'media_blocked';
  if (state.transcription.state !== 'ready') return 'captions_away';
  return 'connected';
}

export class StatusBar {
  #title = h('h1');
  #left = h('span', { class: 'time-left', 'data-time-left': '' });
  #connection = h('span', { class: 'connection', role: 'status', 'data-connection': '' });

  constructor() {
    this.element = h('header', { class: 'status' }, h('div', { class: 'status-title' }, this.#title), this.#left, this.#connection, languageSwitch());
  }

  /** A sign of its own, before the connection. @param {HTMLElement} sign */
  add(sign) {
    this.element.insertBefore(sign, this.#connection);
  }

  /** @param {RoomView} state @param {boolean} through @param {number} lostMs @param {number} nowMs */
  render(state, through, lostMs, nowMs) {
    const title = state.room?.title ?? '';
    setText(this.#title, title);
    document.title = title ? `${title} · ${t('page.brand')}` : t('page.brand');
    const minutes = minutesLeft(state.room, nowMs + state.clockMs);
    this.#left.hidden = minutes === null;
    if (minutes !== null) {
      say(this.#left, minutes >= 0 ? 'status.left' : 'status.over', { minutes: Math.abs(minutes) });
      setAttribute(this.#left, 'data-soon', minutes <= SOON_MIN);
    }
    const word = connectionWord(state, through, lostMs);
    setAttribute(this.#connection, 'data-connection', word);
    say(this.#connection, `status.${word}`);
  }
}
