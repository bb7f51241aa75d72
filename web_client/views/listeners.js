/** Who hears the room besides those who meet in it: nobody listens unseen. */

import { say } from '../i18n.js';
import { h } from './dom.js';
import { icon } from './icons.js';

/** @import {Person} from '../protocol.js' */

export class Listeners {
  #word = h('span');
  element = h('span', { class: 'listeners', role: 'status' }, icon('listen'), this.#word);

  constructor() {
    this.element.hidden = true;
  }

  /** @param {readonly Person[]} people @param {string | null} you */
  render(people, you) {
    const there = people.filter(({ id, present }) => present && id !== you);
    const organiser = there.some(({ role }) => role === 'organiser');
    const names = there.filter(({ role }) => role === 'observer').map(({ name, company }) => name || company).join(', ');
    this.element.hidden = !organiser && !names;
    if (organiser && names) say(this.#word, 'listeners.both', { names });
    else if (organiser) say(this.#word, 'listeners.organiser');
    else if (names) say(this.#word, 'listeners.others', { names });
  }
}
