/** One open room on an interpreter's page: who is there, what needs an eye, what was said last, and the way in. */

import { isParty, minutesLeft } from '../state.js';
import { say } from '../i18n.js';
import { openRoom } from '../room_window.js';
import { CardLine } from './card_line.js';
import { h, setAttribute, setText } from './dom.js';
import { icon } from './icons.js';
import { ScrollLock } from './scroll_lock.js';

/** @import {Alert} from '../alerts.js' */
/** @import {Followed} from '../following.js' */
/** @import {Person} from '../protocol.js' */
/** @import {Correction} from './line_editor.js' */

export class RoomCard {
  /** @type {Map<string, CardLine>} */ #lines = new Map();
  #number = h('kbd', { class: 'card-number' });
  #heading = h('h3');
  #title = h('span', { class: 'hint' });
  #left = h('span', { class: 'card-left' });
  #enter = h('a', { class: 'button primary', 'data-action': 'enter' }, icon('enter'), h('span', { 'data-t': 'day.enter' }));
  #prepare = h('a', { class: 'button quiet', 'data-action': 'preparation', target: '_blank', 'data-t': 'preparation.title' });
  #closed = h('p', { class: 'card-closed', role: 'status', 'data-t': 'rooms.closed' });
  #people = h('ul', { class: 'card-people', 'data-t-label': 'rooms.people' });
  #alerts = h('ul', { class: 'card-alerts', role: 'list', 'aria-live': 'polite', 'data-t-label': 'rooms.alerts' });
  #log = h('div', { class: 'card-log', role: 'log', 'data-captions': '', tabindex: '0', 'data-t-label': 'transcript.title' });
  #reply = h('input', { name: 'reply', maxlength: 500, autocomplete: 'off', 'data-t-label': 'rooms.reply', 'data-t-placeholder': 'rooms.reply' });
  #answer = h('form', { class: 'card-answer' }, this.#reply,
    h('button', { class: 'primary', 'data-action': 'reply', 'data-t': 'rooms.send' }),
    h('button', { type: 'button', 'data-action': 'read', 'data-t': 'rooms.read', onclick: () => this.#handlers.onRead() }));
  #empty = h('p', { class: 'hint card-empty', 'data-t': 'transcript.empty' });
  #lock = new ScrollLock(this.#log);
  #url = '';
  #id;
  #handlers;
  #drawnAlerts = '';
  /** @type {readonly Person[]} */ #shownPeople = [];

  /**
   * @param {string} id
   * @param {string} preparation address of the sheet
   * @param {{onCorrect: (correction: Correction) => void, onChecked: (caption: string) => void, onConfirm: (caption: string) => void, onTell: (text: string) => boolean, onRead: () => void}} handlers
   */
  constructor(id, preparation, handlers) {
    this.#id = id;
    this.#handlers = handlers;
    this.#prepare.href = preparation;
    this.#answer.hidden = true;
    this.#answer.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#reply.value.trim();
      if (text && handlers.onTell(text)) this.#reply.value = '';
    });
    this.#enter.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.enter();
    });
    this.#log.addEventListener('keydown', (event) => this.#key(event));
    this.#log.addEventListener('focusin', () => this.#stop());
    this.element = h('article', { class: 'card', 'data-room': id },
      h('header', { class: 'card-head' }, this.#number, h('div', { class: 'card-names' }, this.#heading, h('p', { class: 'card-facts' }, this.#left, this.#title)),
        h('div', { class: 'card-ways' }, this.#prepare, this.#enter)),
      this.#closed, this.#people, this.#alerts, this.#answer, h('div', { class: 'card-said' }, this.#empty, this.#log, this.#lock.button));
  }

  enter() {
    if (this.#url) openRoom(this.#url, this.#id);
  }

  /** The same choice again means to go in. */
  choose() {
    if (this.element.contains(document.activeElement)) this.enter();
    else {
      this.#enter.focus({ preventScroll: true });
      this.element.scrollIntoView({ block: 'nearest' });
    }
  }

  /**
   * @param {Followed} room
   * @param {{number: number, url: string | null, alerts: readonly Alert[], checked: ReadonlySet<string>, nowMs: number}} how
   */
  render(room, { number, url, alerts, checked, nowMs }) {
    const { view } = room;
    const over = room.closedAt !== null;
    this.#url = url ?? '';
    setText(this.#number, number <= 9 ? String(number) : '');
    this.#number.hidden = number > 9;
    const parties = view.people.filter(isParty);
    setText(this.#heading, parties.map(({ company, name }) => company || name).join(' × ') || (view.room?.title ?? ''));
    setText(this.#title, view.room?.title ?? '');
    this.#time(minutesLeft(view.room, nowMs), over);
    this.#enter.hidden = over || !url;
    if (url) this.#enter.href = url;
    this.#closed.hidden = !over;
    setAttribute(this.element, 'data-state', over ? 'closed' : 'open');
    setAttribute(this.element, 'data-alerts', String(alerts.length));
    this.#who(view.people.filter((person) => isParty(person) || person.present).filter(({ id }) => id !== view.you));
    this.#tell(alerts);
    this.#draw(room, checked);
  }

  /** @param {readonly Person[]} people */
  #who(people) {
    if (people.length === this.#shownPeople.length && people.every((person, at) => person === this.#shownPeople[at])) return;
    this.#shownPeople = people;
    this.#people.replaceChildren(...people.map(who));
  }

  /** @param {number | null} minutes @param {boolean} over */
  #time(minutes, over) {
    this.#left.hidden = minutes === null || over;
    if (minutes === null) return;
    say(this.#left, minutes < 0 ? 'status.over' : 'status.left', { minutes: Math.abs(minutes) });
    setAttribute(this.#left, 'data-short', minutes <= 5);
  }

  /** Only when they change: they are read out. @param {readonly Alert[]} alerts */
  #tell(alerts) {
    const drawn = JSON.stringify(alerts.map(({ seconds, ...rest }) => ({ ...rest, minutes: Math.floor((seconds ?? 0) / 60) })));
    this.#alerts.hidden = alerts.length === 0;
    this.#answer.hidden = !alerts.some(({ kind }) => kind === 'partner') && !this.#answer.contains(document.activeElement);
    if (drawn === this.#drawnAlerts) return;
    this.#drawnAlerts = drawn;
    this.#alerts.replaceChildren(...alerts.map(({ kind, captions, count = 0, names = '', text = '', seconds = 0 }) => {
      const words = h('span');
      const minutes = Math.floor(seconds / 60);
      if (kind === 'silence' && minutes > 0) say(words, 'rooms.alert_silence_min', { minutes });
      else if (kind !== 'partner') say(words, `rooms.alert_${kind}`, { count, names });
      if (kind === 'partner') words.textContent = `${names}: ${text}${count > 1 ? ` (${count})` : ''}`;
      const content = [icon(kind === 'network' ? 'weak-network' : kind === 'partner' ? 'people' : 'warning'), words];
      const look = captions === undefined ? h('span', { class: 'alert' }, ...content) : h('button', { type: 'button', class: 'alert', 'data-action': 'look', onclick: () => this.#look(captions) }, ...content);
      return h('li', { 'data-alert': kind }, look);
    }));
  }

  /** @param {string} caption */
  #look(caption) {
    const line = this.#lines.get(caption);
    line?.element.scrollIntoView({ block: 'nearest' });
    line?.focus();
  }

  /** @param {Followed} room @param {ReadonlySet<string>} checked */
  #draw({ view, held }, checked) {
    const parties = view.people.filter(isParty);
    const columns = [...new Set((parties.length > 0 ? parties : view.people).map(({ speaks }) => speaks))];
    const people = new Map(view.people.map((person) => [person.id, person]));
    /** @type {Element | null} */
    let before = null;
    for (const caption of view.captions) {
      let line = this.#lines.get(caption.id);
      if (!line) {
        line = new CardLine(this.#handlers.onCorrect, () => this.#handlers.onChecked(caption.id), () => this.#handlers.onConfirm(caption.id));
        this.#lines.set(caption.id, line);
      }
      line.render(caption, people.get(caption.speaker), columns, { checked: checked.has(caption.id), held: held.includes(caption.id) });
      /** @type {Element | null} */
      const next = before ? before.nextElementSibling : this.#log.firstElementChild;
      if (next !== line.element) this.#log.insertBefore(line.element, next);
      before = line.element;
    }
    const ids = new Set(view.captions.map(({ id }) => id));
    for (const [id, line] of this.#lines) {
      if (ids.has(id) || line.editing) continue;
      line.element.remove();
      this.#lines.delete(id);
    }
    this.#empty.hidden = view.captions.length > 0;
    this.#log.hidden = view.captions.length === 0;
    this.#stop();
    const reading = [...this.#lines.values()].some(({ editing }) => editing) || this.#log.contains(document.activeElement) && document.activeElement !== this.#log;
    if (!reading) this.#lock.settle();
  }

  /** From line to line. @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const buttons = this.#buttons();
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const wanted = at < 0 ? buttons.at(-1) : buttons[Math.min(buttons.length - 1, Math.max(0, at + step))];
    if (!wanted) return;
    event.preventDefault();
    wanted.focus();
  }

  /** @returns {HTMLButtonElement[]} those that begin a correction */
  #buttons() {
    return [...this.#log.querySelectorAll('.cell-edit:not(:disabled):not([hidden])')].map((one) => /** @type {HTMLButtonElement} */ (one)).filter(({ offsetParent }) => offsetParent);
  }

  /** One stop for Tab: where one is, or else the newest line. */
  #stop() {
    const buttons = this.#buttons();
    const stop = buttons.find((button) => button === document.activeElement) ?? buttons.at(-1);
    for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
  }

  /** @param {string} code @param {string} message */
  refused(code, message) {
    for (const line of this.#lines.values()) line.refused(code, message);
  }
}

/** @param {Person} person */
function who(person) {
  const state = h('span', { class: 'hint' });
  if (!person.present) say(state, 'rooms.absent');
  else if (person.lost) say(state, 'rooms.lost');
  else state.hidden = true;
  return h('li', { 'data-present': person.present && !person.lost }, h('span', { class: 'speaker', 'data-role': person.role }, person.name || person.company), state);
}
