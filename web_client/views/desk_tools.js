/** The desk's tools: taking back, holding numbers, whom the machine writes down, what one may ask for; each with a key. */

import { primary } from '../captions.js';
import { say } from '../i18n.js';
import { isParty, self } from '../state.js';
import { keySign } from './air.js';
import { h, setAttribute, setText } from './dom.js';

/** @import {Person, Side, Wish} from '../protocol.js' */
/** @import {RoomView} from '../state.js' */

/** @type {readonly Wish[]} in the order of their keys */
export const WISHES = ['repeat', 'repeat_price', 'slower', 'one_at_a_time', 'spell_name'];
/** @type {readonly Side[]} */
const SIDES = ['both', 'seller', 'buyer'];

/** @param {string} action @param {string} key @param {string} [word] */
export function toolButton(action, key, word = `desk.${action}`) {
  return h('button', { type: 'button', class: 'quiet', 'data-action': action, 'aria-keyshortcuts': key }, h('span', { 'data-t': word }), keySign(key));
}

/** Whose words are written down: the two sides, by their own page or beside somebody else's, and interpreters. @param {RoomView} state @returns {Person[]} */
export function speakers(state) {
  return state.people.filter((person) => isParty(person) || (person.role === 'interpreter' && (person.present || state.machine.paused.includes(person.id))));
}

export class DeskTools {
  /** @type {RoomView | null} */ #state = null;
  #undo = toolButton('undo', 'Ctrl+Z');
  #redo = toolButton('redo', 'Ctrl+Shift+Z');
  #hold = toolButton('hold', 'N');
  #confirm = toolButton('confirm', 'Y');
  #machine = h('div', { class: 'tool-group', role: 'group', 'data-t-label': 'desk.machine' });
  #names = '';
  #side = h('select', { 'data-t-label': 'desk.wish_to', 'data-action': 'wish-to' }, ...SIDES.map((side) => h('option', { value: side, 'data-t': `desk.to_${side}` })));
  #wishes = WISHES.map((wish, at) => h('button', { type: 'button', class: 'quiet', 'data-action': 'wish', 'data-wish': wish, 'data-t-title': `wish.${wish}`, 'aria-keyshortcuts': `Shift+${at + 1}` },
    h('span', { 'data-t': `desk.ask_${wish}` }), keySign(`⇧${at + 1}`)));
  #send;

  /** @param {(message: object) => void} send */
  constructor(send) {
    this.#send = send;
    this.element = h('div', { class: 'desk-tools', role: 'group', 'data-t-label': 'desk.tools' },
      h('div', { class: 'tool-group' }, this.#undo, this.#redo, this.#hold, this.#confirm),
      h('div', { class: 'tool-group' }, h('span', { class: 'tool-name', 'aria-hidden': 'true', 'data-t': 'desk.machine' }), this.#machine),
      h('div', { class: 'tool-group wishes', role: 'group', 'data-t-label': 'desk.wishes' }, h('span', { class: 'tool-name', 'aria-hidden': 'true', 'data-t': 'desk.wishes' }), this.#side, ...this.#wishes));
    say(this.#hold, 'desk.hold_hint', undefined, 'title');
    this.#undo.addEventListener('click', () => send({ type: 'undo' }));
    this.#redo.addEventListener('click', () => send({ type: 'redo' }));
    this.#hold.addEventListener('click', () => this.hold());
    this.#confirm.addEventListener('click', () => this.confirm());
    for (const button of this.#wishes) button.addEventListener('click', () => this.wish(/** @type {Wish} */ (button.dataset['wish'])));
  }

  /** @param {Wish | undefined} wish */
  wish(wish) {
    if (wish) this.#send({ type: 'ask_for', wish, to: this.#side.value });
  }

  /** Both sides, the seller, the buyer. */
  nextSide() {
    this.#side.selectedIndex = (this.#side.selectedIndex + 1) % SIDES.length;
  }

  hold() {
    if (this.#state) this.#send({ type: 'hold', on: !this.#holds });
  }

  get #holds() {
    const state = this.#state;
    return state !== null && (self(state)?.role === 'organiser' ? state.machine.holding.length > 0 : state.machine.holding.includes(state.you ?? ''));
  }

  /** One caption, or the one that waits longest. @param {string} [id] */
  confirm(id = this.#state?.machine.held[0]) {
    if (id && this.#state?.machine.held.includes(id)) this.#send({ type: 'confirm', id });
  }

  /** @param {string} person */
  pause(person) {
    const state = this.#state;
    if (!state || !speakers(state).some(({ id }) => id === person)) return;
    this.#send({ type: 'pause_machine', person, paused: !state.machine.paused.includes(person) });
  }

  /** @param {RoomView} state */
  render(state) {
    this.#state = state;
    const { history, machine } = state;
    this.#undo.disabled = history.undo === 0;
    this.#redo.disabled = history.redo === 0;
    setAttribute(this.#hold, 'aria-pressed', String(this.#holds));
    setAttribute(this.#hold, 'data-others', machine.holding.length > 0);
    this.#confirm.hidden = machine.held.length === 0;
    say(/** @type {HTMLElement} */ (this.#confirm.firstElementChild), 'desk.confirm', { count: machine.held.length });
    this.#showSpeakers(state);
  }

  /** @param {RoomView} state */
  #showSpeakers(state) {
    const people = speakers(state);
    const names = people.map(({ id, name, company, role }) => `${id} ${name} ${company} ${role}`).join('\n');
    if (names !== this.#names) {
      this.#names = names;
      this.#machine.replaceChildren(...people.map((person) => this.#speaker(person)));
    }
    for (const button of this.#machine.children) {
      setAttribute(button, 'aria-pressed', String(!state.machine.paused.includes(button.getAttribute('data-of') ?? '')));
    }
  }

  /** @param {Person} person */
  #speaker({ id, name, company, role }) {
    const button = h('button', { type: 'button', class: 'quiet', 'data-action': 'pause-machine', 'data-of': id, 'data-role': role });
    setText(button, name || company);
    say(button, 'desk.machine_of', { name: name || company }, 'label');
    button.addEventListener('click', () => this.pause(id));
    return button;
  }
}

/** The language in which somebody's typed line is begun. @param {Person | undefined} person @param {readonly string[]} tags */
export function languageOf(person, tags) {
  return tags.find((tag) => primary(tag) === primary(person?.speaks ?? '')) ?? tags[0] ?? '';
}
