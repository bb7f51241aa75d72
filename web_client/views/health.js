/** Whether every part of the system is there, in one line. */

import { say } from '../i18n.js';
import { h, setAttribute } from './dom.js';

/** @import {BoardView} from '../board.js' */
/** @import {Health} from '../api.js' */

export class HealthLine {
  #media = h('span', { class: 'part', 'data-part': 'media' });
  #captions = h('span', { class: 'part', 'data-part': 'transcription' });
  #server = h('span', { class: 'part', 'data-part': 'server' });
  #trouble = h('p', { class: 'trouble' });
  #demo = h('p', { class: 'demo', 'data-notice': 'notice.demo' }, h('span', { 'data-t': 'notice.demo' }),
    h('span', { class: 'command' }, h('span', { 'data-t': 'notice.demo_command' }), ' ', h('code', {}, 'sangdam models pull')));

  constructor() {
    this.element = h('div', { class: 'health', role: 'status', 'data-t-label': 'health.title' },
      h('p', { class: 'parts' }, this.#server, this.#media, this.#captions), this.#trouble, this.#demo);
    this.#demo.hidden = true;
  }

  /** @param {BoardView} state @param {Health | null} health */
  render(state, health) {
    const linked = state.link === 'open';
    part(this.#server, linked ? 'health.server' : 'health.server_away', linked);
    const { media = 0, transcription = 0 } = state.workers ?? {};
    part(this.#media, media > 0 ? 'health.media' : 'health.media_away', media > 0, media);
    part(this.#captions, transcription > 0 ? 'health.captions' : 'health.captions_away', transcription > 0, transcription);
    this.#media.hidden = this.#captions.hidden = state.workers === null;
    this.#demo.hidden = !health?.models.some(({ demo }) => demo);
    const troubled = health?.processes.find(({ message }) => message);
    this.#trouble.hidden = !troubled;
    if (troubled) say(this.#trouble, 'health.process', { name: troubled.name, message: troubled.message ?? '' });
  }
}

/** @param {HTMLElement} element @param {string} key @param {boolean} good @param {number} [count] */
function part(element, key, good, count = 0) {
  setAttribute(element, 'data-good', String(good));
  say(element, key, { count });
}
