/** Tells the organiser of calls for help wherever they look: aloud for screen readers, in the tab's title, with a sound
 *  where they want one. */

import { chime } from '../chime.js';
import { say, t } from '../i18n.js';
import { recall, remember } from '../preferences.js';
import { SoundOutput } from '../sound_output.js';
import { h, setAttribute } from './dom.js';
import { icon } from './icons.js';

/** @import {BoardRoom} from '../protocol.js' */

const KEY = 'help.sound';

export class HelpAlarm {
  /** @type {Set<string>} calls that were told already */ #told = new Set();
  #output = new SoundOutput();
  #ringing = false;

  constructor() {
    this.said = h('p', { class: 'offscreen', role: 'alert' });
    this.button = h('button', { type: 'button', class: 'quiet', 'data-action': 'help-sound', onclick: () => this.#toggle() }, icon('bell'), h('span', { 'data-t': 'board.sound' }));
    setAttribute(this.button, 'aria-pressed', recall(KEY, 'off') === 'on' ? 'true' : 'false');
  }

  get on() {
    return this.button.getAttribute('aria-pressed') === 'true';
  }

  #toggle() {
    setAttribute(this.button, 'aria-pressed', String(!this.on));
    remember(KEY, this.on ? 'on' : 'off');
    if (this.on) void this.#ring();
  }

  /** @param {readonly BoardRoom[]} rooms */
  render(rooms) {
    const waiting = rooms.filter(({ help }) => help.length > 0);
    const calls = waiting.flatMap(({ id, help }) => help.map(({ person, since }) => `${id} ${person} ${since}`));
    const fresh = calls.filter((call) => !this.#told.has(call));
    this.#told = new Set(calls);
    if (fresh.length > 0) {
      const room = waiting.find(({ id }) => fresh.some((call) => call.startsWith(`${id} `)));
      if (room) say(this.said, 'board.help_said', { title: room.title });
      if (this.on) void this.#ring();
    }
    const title = `${calls.length > 0 ? `(${calls.length}) ` : ''}${t('board.page_title')}`;
    if (document.title !== title) document.title = title;
  }

  async #ring() {
    if (this.#ringing) return;
    this.#ringing = true;
    await chime(this.#output).catch(() => null);
    this.#ringing = false;
  }
}
