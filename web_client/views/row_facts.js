/** What a row of the list measures: minutes, captions, networks, recording. Its parts are made once; only their words
 *  change, so that fifteen rooms whose numbers move cost nothing. */

import { clock, pageLocale, say, t } from '../i18n.js';
import { weakOnes } from '../board.js';
import { numbers, pictureSent } from '../network.js';
import { trouble } from '../recording_trouble.js';
import { minutesLeft } from '../state.js';
import { h, setAttribute } from './dom.js';

/** @import {BoardPerson, BoardRoom, NetworkRow} from '../protocol.js' */

/** Captions later than this are marked (ms). */
const LATE_MS = 3000;
/** From here on the time is pressing (min), and from here on very much so. */
const SOON_MIN = 5;
const LAST_MIN = 1;

export class RowFacts {
  #left = h('span', { 'data-left': '' });
  #clock = h('span', { 'data-clock': '' });
  #lag = h('span', { 'data-lag': '' });
  #network = h('span', { 'data-network': '' });
  #recording = h('span', { class: 'recording-fact', 'data-t': 'row.recording' });
  #failed = h('span', { 'data-soon': true, 'data-recording-trouble': '' });

  constructor() {
    this.element = h('p', { class: 'row-facts' }, this.#left, this.#clock, this.#lag, this.#network, this.#recording, this.#failed);
  }

  /** @param {BoardRoom} room @param {number} nowMs the server's clock */
  render(room, nowMs) {
    const open = room.state === 'open';
    const left = open ? minutesLeft(room, nowMs) : null;
    this.#left.hidden = left === null;
    if (left !== null) {
      say(this.#left, left >= 0 ? 'status.left' : 'status.over', { minutes: Math.abs(left) });
      setAttribute(this.#left, 'data-left', String(left));
      setAttribute(this.#left, 'data-soon', left <= LAST_MIN ? 'now' : left <= SOON_MIN);
    }
    const at = room.opens_at ?? room.closes_at;
    this.#clock.hidden = at === null;
    if (at !== null) say(this.#clock, room.opens_at ? 'row.opens_at' : 'row.closes_at', { time: clock(at) });
    this.#lag.hidden = !open || room.lag_ms === null;
    if (open && room.lag_ms !== null) {
      say(this.#lag, 'row.lag', { seconds: (room.lag_ms / 1000).toFixed(1) });
      setAttribute(this.#lag, 'data-lag', String(room.lag_ms));
      setAttribute(this.#lag, 'data-soon', room.lag_ms > LATE_MS);
    }
    this.#tellNetworks(open ? weakOnes(room.people) : []);
    this.#recording.hidden = room.recording !== 'recording';
    const sentence = trouble(room);
    this.#failed.hidden = sentence === null;
    if (sentence === null) return;
    say(this.#failed, room.recording === 'failed' ? 'row.recording_failed' : 'row.recording_unmade');
    say(this.#failed, sentence, undefined, 'title');
  }

  /** Whose network is weak, in words; in numbers for who points at it. @param {BoardPerson[]} weak */
  #tellNetworks(weak) {
    this.#network.hidden = weak.length === 0;
    if (weak.length === 0) return;
    const name = (/** @type {BoardPerson} */ person) => person.name || person.company;
    say(this.#network, 'row.network', { names: new Intl.ListFormat(pageLocale(), { type: 'unit' }).format(weak.map(name)) });
    setAttribute(this.#network, 'data-network', weak[0]?.network?.grade ?? null);
    setAttribute(this.#network, 'data-soon', true);
    const details = weak.map((person) => `${name(person)}: ${person.network ? told(person.network) : ''}`);
    setAttribute(this.#network, 'title', details.join('\n'));
  }
}

/** @param {NetworkRow} network */
function told(network) {
  const picture = pictureSent(network.reasons);
  return [...(picture ? [t(`people.${picture}`)] : []), t('people.network', numbers(network))].join(' · ');
}
