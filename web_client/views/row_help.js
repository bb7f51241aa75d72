/** A room's call for help in its row, with the answer to it. */

import { say } from '../i18n.js';
import { h } from './dom.js';
import { icon } from './icons.js';

/** @import {BoardRoom} from '../protocol.js' */

export class RowHelp {
  #who = h('strong');
  #since = h('span');
  #answer;

  /** @param {() => void} onAnswer */
  constructor(onAnswer) {
    this.#answer = h('button', { type: 'button', class: 'primary', 'data-action': 'answer-help', 'data-t': 'row.answer_help', onclick: onAnswer });
    this.element = h('p', { class: 'row-help' }, icon('bell'), this.#who, this.#since, this.#answer);
    this.element.hidden = true;
  }

  /** @param {BoardRoom} room @param {number} nowMs the server's clock */
  render(room, nowMs) {
    const [first] = room.help;
    this.element.hidden = !first;
    if (!first) return;
    const callers = room.people.filter(({ id }) => room.help.some(({ person }) => person === id));
    say(this.#who, 'row.help', { names: callers.map(({ name, company }) => name || company).join(', ') });
    say(this.#since, 'row.help_since', { minutes: Math.max(0, Math.floor((nowMs - Date.parse(first.since)) / 60_000)) });
    say(this.#answer, 'row.answer_help_of', { title: room.title }, 'label');
  }
}
