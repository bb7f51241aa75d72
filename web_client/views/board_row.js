/** One consultation in the organiser's list. */

import * as api from '../api.js';
import { companies, languages, weakOnes } from '../board.js';
import { clock, languageName, pageLocale, say, t } from '../i18n.js';
import { numbers } from '../network.js';
import { minutesLeft } from '../state.js';
import { h, setAttribute, setText } from './dom.js';
import { icon } from './icons.js';
import { People } from './people.js';

/** @import {BoardPerson, BoardRoom} from '../protocol.js' */

/** Closing a room with people inside can be taken back for so long (ms). */
const REGRET_MS = 4000;
/** Captions later than this are marked (ms). */
const LATE_MS = 3000;

export class BoardRow {
  /** @type {People | null} */ #people = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #closing;
  #busy = false;

  /** @param {BoardRoom} room @param {(message: string) => void} onFailed */
  constructor(room, onFailed) {
    this.room = room;
    this.onFailed = onFailed;
    this.time = h('p', { class: 'row-time' });
    this.title = h('h3');
    this.companies = h('p', { class: 'row-companies' });
    this.languages = h('p', { class: 'row-languages' });
    this.state = h('span', { class: 'state' });
    this.inside = h('p', { class: 'row-inside' });
    this.facts = h('p', { class: 'row-facts' });
    this.openButton = this.#button('open', () => this.#do(() => api.open(this.room.id)), null);
    this.enterButton = this.#button('enter', () => this.#enter(), 'enter');
    this.closeButton = this.#button('close', () => this.#close(), null);
    this.undoButton = this.#button('undo', () => this.#undo(), null);
    this.peopleButton = this.#button('people', () => this.#toggle(), 'link');
    this.element = h('li', { class: 'row', 'data-room': room.id },
      this.time,
      h('div', { class: 'row-what' }, this.title, this.companies),
      this.languages, h('p', { class: 'row-state' }, this.state), this.inside, this.facts,
      h('div', { class: 'row-actions' }, this.enterButton, this.openButton, this.closeButton, this.undoButton, this.peopleButton));
  }

  /** @param {string} action @param {() => void} act @param {string | null} sign */
  #button(action, act, sign) {
    return h('button', { type: 'button', 'data-action': action, onclick: act }, sign ? icon(sign) : null, h('span', { 'data-t': `row.${action}` }));
  }

  /** @param {BoardRoom} room @param {number} nowMs the server's clock */
  render(room, nowMs) {
    this.room = room;
    setAttribute(this.element, 'data-state', room.state);
    this.#describe(room);
    this.#measure(room, nowMs);
    const open = room.state === 'open';
    if (!open) this.#undo();
    this.enterButton.hidden = !open;
    this.openButton.hidden = open;
    this.openButton.classList.toggle('primary', room.state === 'scheduled');
    say(this.openButton.lastElementChild ?? this.openButton, room.state === 'closed' ? 'row.reopen' : 'row.open');
    this.enterButton.classList.toggle('primary', open);
    this.closeButton.hidden = !open || this.#closing !== undefined;
    this.undoButton.hidden = this.#closing === undefined;
    for (const button of [this.openButton, this.enterButton, this.closeButton]) button.disabled = this.#busy;
    const buttons = { open: this.openButton, enter: this.enterButton, close: this.closeButton, people: this.peopleButton };
    for (const [action, button] of Object.entries(buttons)) say(button, `row.${action}_of`, { title: room.title }, 'label');
    setAttribute(this.peopleButton, 'aria-expanded', String(this.#people !== null));
    this.#people?.render(room);
  }

  /** @param {BoardRoom} room */
  #describe(room) {
    if (room.starts_at) {
      const end = new Date(Date.parse(room.starts_at) + room.duration_min * 60_000).toISOString();
      setText(this.time, `${clock(room.starts_at)}–${clock(end)}`);
    } else say(this.time, 'row.any_time');
    setText(this.title, room.title);
    setText(this.companies, companies(room.people).join(' ↔ '));
    setText(this.languages, languages(room.people).map(languageName).join(' ↔ '));
    say(this.state, `state.${room.state}`);
  }

  /** @param {BoardRoom} room @param {number} nowMs */
  #measure(room, nowMs) {
    const present = room.people.filter((person) => person.present);
    const dots = room.people.map((person) =>
      h('span', { class: 'dot', 'data-role': person.role, 'data-on': person.present, 'data-network': person.present ? person.network?.grade : null }));
    const names = present.map(({ name, company }) => name || company).join(', ');
    this.inside.replaceChildren(h('span', { class: 'dots', 'aria-hidden': 'true' }, ...dots),
      h('span', { class: 'names', title: names }, names || t(room.state === 'open' ? 'row.nobody' : 'row.invited', { count: room.people.length })));
    const left = room.state === 'open' ? minutesLeft(room, nowMs) : null;
    const facts = [];
    if (left !== null) facts.push(h('span', { 'data-soon': left <= 5, 'data-t': left >= 0 ? 'status.left' : 'status.over', 'data-t-values': JSON.stringify({ minutes: Math.abs(left) }) }));
    if (room.state === 'open' && room.lag_ms !== null) {
      const seconds = (room.lag_ms / 1000).toFixed(1);
      facts.push(h('span', { 'data-soon': room.lag_ms > LATE_MS, 'data-lag': room.lag_ms, 'data-t': 'row.lag', 'data-t-values': JSON.stringify({ seconds }) }));
    }
    const weak = room.state === 'open' ? weakOnes(room.people) : [];
    if (weak.length > 0) facts.push(networkFact(weak));
    if (room.recording === 'recording') facts.push(h('span', { class: 'recording-fact', 'data-t': 'row.recording' }));
    if (room.recording === 'failed') facts.push(h('span', { 'data-soon': true, 'data-t': 'row.recording_failed' }));
    this.facts.replaceChildren(...facts);
  }

  /** @param {() => Promise<unknown>} act */
  async #do(act) {
    this.#busy = true;
    this.render(this.room, Date.now());
    try {
      await act();
    } catch (error) {
      this.onFailed(error instanceof Error ? error.message : '');
    }
    this.#busy = false;
    this.render(this.room, Date.now());
  }

  /** The tab opens with the press, before the answer: afterwards browsers would block it. */
  async #enter() {
    const tab = open('', '_blank');
    await this.#do(async () => {
      try {
        const { url } = await api.enter(this.room.id, pageLocale());
        if (tab) tab.location.href = url;
        else location.href = url;
      } catch (error) {
        tab?.close();
        throw error;
      }
    });
  }

  #close() {
    const close = () => this.#do(() => api.close(this.room.id));
    if (this.room.present === 0) {
      void close();
      return;
    }
    this.#closing = setTimeout(() => {
      this.#closing = undefined;
      void close();
    }, REGRET_MS);
    this.render(this.room, Date.now());
    this.undoButton.focus();
  }

  #undo() {
    if (this.#closing === undefined) return;
    clearTimeout(this.#closing);
    this.#closing = undefined;
    this.render(this.room, Date.now());
  }

  #toggle() {
    if (this.#people) {
      this.#people.element.remove();
      this.#people = null;
    } else {
      this.#people = new People(this.room);
      this.element.append(this.#people.element);
    }
    this.render(this.room, Date.now());
  }
}

/** Whose network is weak, in words; in numbers for who points at it. @param {BoardPerson[]} weak */
function networkFact(weak) {
  const names = weak.map(({ name, company }) => name || company).join(', ');
  const details = weak.map(({ name, company, network }) => `${name || company}: ${network ? t('people.network', numbers(network)) : ''}`);
  return h('span', { 'data-soon': true, 'data-network': weak[0]?.network?.grade, 'data-t': 'row.network', 'data-t-values': JSON.stringify({ names }), title: details.join('\n') });
}
