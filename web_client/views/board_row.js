/** One consultation in the organiser's list. */

import * as api from '../api.js';
import { companies, languages } from '../board.js';
import { clock, languageName, pageLocale, say } from '../i18n.js';
import { h, setAttribute, setText } from './dom.js';
import { icon } from './icons.js';
import { People } from './people.js';
import { RowFacts } from './row_facts.js';
import { RowHelp } from './row_help.js';
import { RowPeople } from './row_people.js';
import { RowTools } from './row_tools.js';

/** @import {BoardRoom} from '../protocol.js' */

/** Closing a room with people inside can be taken back for so long (ms). */
const REGRET_MS = 4000;
/** How often minutes are counted anew (ms). */
const LOOK_MS = 5000;

export class BoardRow {
  /** @type {People | null} */ #people = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #closing;
  #busy = false;
  #drawn = '';
  #nowMs = 0;
  #inside = new RowPeople();
  #facts = new RowFacts();

  /** @param {BoardRoom} room @param {(error: unknown) => void} onFailed */
  constructor(room, onFailed) {
    this.room = room;
    this.onFailed = onFailed;
    this.time = h('p', { class: 'row-time' });
    this.title = h('h3');
    this.companies = h('p', { class: 'row-companies' });
    this.languages = h('p', { class: 'row-languages' });
    this.state = h('span', { class: 'state' });
    this.help = new RowHelp(() => void this.#do(() => api.answerHelp(this.room.id)));
    this.openButton = this.#button('open', () => this.#do(() => api.open(this.room.id)), null);
    this.enterButton = this.#button('enter', () => this.#enter(), 'enter');
    this.closeButton = this.#button('close', () => this.#close(), null);
    this.undoButton = this.#button('undo', () => this.#undo(), null);
    this.peopleButton = this.#button('people', () => this.#toggle(), 'link');
    this.moreButton = h('button', { type: 'button', class: 'icon-only', 'data-action': 'more', onclick: () => this.#toggleTools() }, icon('more'));
    this.tools = new RowTools(() => this.room, (act) => void this.#do(act), (how) => void this.#enter(how));
    this.element = h('li', { class: 'row', 'data-room': room.id },
      this.time,
      h('div', { class: 'row-what' }, this.title, this.companies),
      this.languages, h('p', { class: 'row-state' }, this.state), this.#inside.element, this.#facts.element,
      h('div', { class: 'row-actions' }, this.enterButton, this.openButton, this.closeButton, this.undoButton, this.peopleButton, this.moreButton),
      this.help.element, this.tools.element);
  }

  /** @param {string} action @param {() => void} act @param {string | null} sign */
  #button(action, act, sign) {
    return h('button', { type: 'button', 'data-action': action, onclick: act }, sign ? icon(sign) : null, h('span', { 'data-t': `row.${action}` }));
  }

  /** Nothing is touched as long as the room stays the same, but for its minutes now and then. @param {BoardRoom} room @param {number} nowMs the server's clock */
  render(room, nowMs) {
    const drawn = `${Math.floor(nowMs / LOOK_MS)} ${pageLocale()}`;
    if (room === this.room && drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#nowMs = nowMs;
    this.room = room;
    this.#show();
  }

  #show() {
    const { room } = this;
    setAttribute(this.element, 'data-state', room.state);
    this.#describe(room);
    this.#inside.render(room, this.#nowMs);
    this.#facts.render(room, this.#nowMs);
    this.help.render(room, this.#nowMs);
    setAttribute(this.element, 'data-help', room.help.length > 0);
    const open = room.state === 'open';
    if (!open) this.#forget();
    this.enterButton.hidden = !open;
    this.openButton.hidden = open;
    this.openButton.classList.toggle('primary', room.state === 'scheduled');
    say(this.openButton.lastElementChild ?? this.openButton, room.state === 'closed' ? 'row.reopen' : 'row.open');
    this.enterButton.classList.toggle('primary', open);
    this.closeButton.hidden = !open || this.#closing !== undefined;
    this.undoButton.hidden = this.#closing === undefined;
    for (const button of [this.openButton, this.enterButton, this.closeButton]) button.disabled = this.#busy;
    const buttons = { open: this.openButton, enter: this.enterButton, close: this.closeButton, people: this.peopleButton, more: this.moreButton };
    for (const [action, button] of Object.entries(buttons)) say(button, `row.${action}_of`, { title: room.title }, 'label');
    setAttribute(this.peopleButton, 'aria-expanded', String(this.#people !== null));
    this.tools.render(room);
    setAttribute(this.moreButton, 'aria-expanded', String(!this.tools.element.hidden));
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

  /** @param {() => Promise<unknown>} act */
  async #do(act) {
    this.#busy = true;
    this.#show();
    try {
      await act();
    } catch (error) {
      this.onFailed(error);
    }
    this.#busy = false;
    this.#show();
  }

  /** The tab opens with the press, before the answer: afterwards browsers would block it. @param {string} [how] `listen` or `speak`, at once */
  async #enter(how = '') {
    const tab = open('', '_blank');
    await this.#do(async () => {
      try {
        const { url: link } = await api.enter(this.room.id, pageLocale());
        const url = how ? `${link}#${how}` : link;
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
    this.#show();
    this.undoButton.focus();
  }

  #undo() {
    this.#forget();
    this.#show();
  }

  #forget() {
    clearTimeout(this.#closing);
    this.#closing = undefined;
  }

  #toggleTools() {
    this.tools.element.hidden = !this.tools.element.hidden;
    this.#show();
  }

  #toggle() {
    if (this.#people) {
      this.#people.element.remove();
      this.#people = null;
    } else {
      this.#people = new People(this.room);
      this.element.append(this.#people.element);
    }
    this.#show();
  }
}
