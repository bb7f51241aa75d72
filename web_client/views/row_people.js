/** Who of a room is there, in a row of the list: a dot each, and the names of those inside. */

import { standing } from '../board.js';
import { say } from '../i18n.js';
import { h, setAttribute, setText } from './dom.js';

/** @import {BoardPerson, BoardRoom} from '../protocol.js' */

/** Besides those inside. */
const OTHERS = ['waiting', 'missing', 'no_show'];

export class RowPeople {
  /** @type {HTMLElement[]} */ #dots = [];
  #row = h('span', { class: 'dots', 'aria-hidden': 'true' });
  #names = h('span', { class: 'names' });
  /** @type {Map<string, HTMLElement>} */ #others = new Map(OTHERS.map((which) => [which, h('span', { class: 'absent', 'data-standing': which })]));

  constructor() {
    this.element = h('div', { class: 'row-inside' }, this.#row, this.#names, ...this.#others.values());
  }

  /** @param {BoardRoom} room @param {number} nowMs the server's clock */
  render(room, nowMs) {
    room.people.forEach((person, at) => this.#dot(person, at));
    while (this.#dots.length > room.people.length) this.#dots.pop()?.remove();
    const names = room.people.filter(({ present }) => present).map(({ name, company }) => name || company).join(', ');
    for (const [which, line] of this.#others) {
      const those = room.people.filter((person) => standing(room, person, nowMs) === which).map(({ name, company }) => name || company);
      line.hidden = those.length === 0;
      if (those.length > 0) say(line, `row.${which}`, { names: those.join(', ') });
    }
    setAttribute(this.#names, 'title', names || null);
    if (names) {
      this.#names.removeAttribute('data-t');
      setText(this.#names, names);
    } else if (room.state === 'open') say(this.#names, 'row.nobody');
    else say(this.#names, 'row.invited', { count: room.people.length });
  }

  /** @param {BoardPerson} person @param {number} at */
  #dot(person, at) {
    const dot = this.#dots[at] ?? h('span', { class: 'dot' });
    if (!this.#dots[at]) {
      this.#dots.push(dot);
      this.#row.append(dot);
    }
    setAttribute(dot, 'data-role', person.role);
    setAttribute(dot, 'data-on', person.present);
    setAttribute(dot, 'data-network', person.present ? person.network?.grade ?? null : null);
  }
}
