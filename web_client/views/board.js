/** The organiser's list: by day and mission, filtered, live. */

import * as api from '../api.js';
import { NOW, chosen, counts, dayOf, days, events, languages, sections } from '../board.js';
import { longDate, pageLocale, say } from '../i18n.js';
import { BoardRow } from './board_row.js';
import { h, setAttribute, setText } from './dom.js';
import { glossaryDialog } from './glossary_dialog.js';
import { icon } from './icons.js';

/** @import {BoardView, Filter, Section} from '../board.js' */
/** @import {BoardRoom} from '../protocol.js' */

/** @type {Filter[]} */
const FILTERS = ['all', 'help', 'open', 'scheduled', 'closed'];

export class Board {
  /** @type {Map<string, BoardRow>} */ #rows = new Map();
  /** @type {Map<string, {element: HTMLElement, list: HTMLElement, heading: HTMLElement, day: HTMLElement}>} */ #sections = new Map();
  /** @type {Map<Filter, {button: HTMLButtonElement, count: HTMLElement}>} */ #filters = new Map();
  /** @type {Filter} */ #filter = 'all';
  /** @type {BoardView | null} */ #state = null;
  #search = h('input', { type: 'search', 'data-t-placeholder': 'board.search', 'data-t-label': 'board.search', name: 'search' });
  #day = h('select', { name: 'day', 'data-t-label': 'board.day' });
  #event = h('select', { name: 'event', 'data-t-label': 'board.event' });
  /** What the two offer. */ #offered = '';
  /** Today is shown first, where there is anything. */ #fresh = true;
  #empty = h('p', { class: 'board-empty' });
  #body = h('div', { class: 'board-body' });

  /** @param {(error: unknown) => void} onFailed */
  constructor(onFailed) {
    this.onFailed = onFailed;
    for (const filter of FILTERS) this.#filters.set(filter, this.#filterButton(filter));
    for (const control of [this.#search, this.#day, this.#event]) control.addEventListener('input', () => this.#again());
    this.filters = h('div', { class: 'filters' },
      h('div', { class: 'chips', role: 'group', 'data-t-label': 'board.filter' }, ...[...this.#filters.values()].map(({ button }) => button)),
      h('div', { class: 'filter-fields' }, this.#day, this.#event, this.#search));
    this.element = h('section', { class: 'board', 'data-t-label': 'board.title' }, this.#empty, this.#body);
  }

  /** @param {Filter} filter */
  #filterButton(filter) {
    const count = h('span', { class: 'count' });
    const button = h('button', { type: 'button', class: 'chip', 'data-filter': filter }, h('span', { 'data-t': `board.${filter}` }), count);
    button.addEventListener('click', () => {
      this.#filter = filter;
      this.#again();
    });
    return { button, count };
  }

  #again() {
    if (this.#state) this.render(this.#state, Date.now());
  }

  /** @param {BoardView} state @param {number} nowMs our clock */
  render(state, nowMs) {
    this.#state = state;
    const all = state.rooms ?? [];
    this.#offer(all, nowMs + state.clockMs);
    const rooms = chosen(all, this.#day.value, this.#event.value);
    const numbers = counts(rooms);
    for (const [filter, { button, count }] of this.#filters) {
      setText(count, String(numbers[filter]));
      setAttribute(button, 'aria-pressed', String(filter === this.#filter));
      setAttribute(button, 'data-calls', filter === 'help' && numbers.help > 0);
    }
    const shown = sections(rooms, this.#filter, this.#search.value);
    const kept = new Set();
    shown.forEach((section, at) => kept.add(this.#section(section, at, shown[at - 1]?.day, nowMs + state.clockMs)));
    for (const [key, { element }] of this.#sections) {
      if (kept.has(key)) continue;
      element.remove();
      this.#sections.delete(key);
    }
    const ids = new Set(all.map(({ id }) => id));
    for (const id of this.#rows.keys()) if (!ids.has(id)) this.#rows.delete(id);
    this.#empty.hidden = shown.length > 0;
    say(this.#empty, state.rooms === null ? 'board.loading' : rooms.length === 0 ? 'board.none' : 'board.no_match');
  }

  /** Days and events of the rooms there are, made anew only when they change. @param {readonly BoardRoom[]} rooms @param {number} nowMs the server's clock */
  #offer(rooms, nowMs) {
    const [when, what] = [days(rooms), events(rooms)];
    const offered = JSON.stringify([when, what, pageLocale()]);
    if (offered === this.#offered) return;
    this.#offered = offered;
    const today = dayOf({ starts_at: new Date(nowMs).toISOString() });
    const day = this.#fresh && when.includes(today) ? today : this.#day.value;
    this.#fresh = this.#fresh && rooms.length === 0;
    fill(this.#day, 'board.all_days', when.map((each) => [each, longDate(new Date(`${each}T12:00`))]), day);
    fill(this.#event, 'board.all_events', what.map((each) => [each, each]), this.#event.value);
    this.#day.hidden = when.length < 2;
    this.#event.hidden = what.length < 2;
  }

  /** @param {Section} section @param {number} at @param {string | undefined} dayBefore @param {number} nowMs @returns {string} */
  #section({ day, event, rooms }, at, dayBefore, nowMs) {
    const key = `${day} ${event}`;
    let known = this.#sections.get(key);
    if (!known) {
      const dayHeading = h('p', { class: 'section-day' });
      const heading = h('h2');
      const glossary = h('button', { type: 'button', class: 'quiet', 'data-needs': 'organiser', 'data-action': 'event-glossary' }, icon('glossary'), h('span', { 'data-t': 'glossary.event_button' }));
      glossary.hidden = !event;
      say(glossary, 'glossary.event_button_of', { event }, 'label');
      glossary.addEventListener('click', () => this.#glossary(event));
      const edit = h('a', { class: 'button quiet', href: `/organiser/events/${encodeURIComponent(event)}`, 'data-needs': 'organiser', 'data-action': 'edit-event' }, icon('edit'), h('span', { 'data-t': 'event.edit' }));
      edit.hidden = !event;
      say(edit, 'event.edit_of', { event }, 'label');
      const attendance = h('a', { class: 'button quiet', 'data-action': 'attendance', href: api.attendancePath(event), download: '' }, icon('download'), h('span', { 'data-t': 'board.attendance' }));
      attendance.hidden = !event;
      say(attendance, 'board.attendance_of', { event }, 'label');
      const list = h('ul', { class: 'rows' });
      known = { element: h('section', { class: 'section' }, dayHeading, h('div', { class: 'section-head' }, heading, h('div', { class: 'section-tools' }, attendance, edit, glossary)), list), list, heading, day: dayHeading };
      this.#sections.set(key, known);
    }
    known.day.hidden = day === dayBefore;
    if (day === NOW) say(known.day, 'board.now');
    else if (day) setText(known.day, longDate(new Date(`${day}T12:00`)));
    else say(known.day, 'board.any_day');
    known.heading.hidden = !event;
    setText(known.heading, event);
    if (this.#body.children[at] !== known.element) this.#body.insertBefore(known.element, this.#body.children[at] ?? null);
    this.#fill(known.list, rooms, nowMs);
    return key;
  }

  /** @param {string} event */
  #glossary(event) {
    const people = (this.#state?.rooms ?? []).filter((room) => room.event === event).flatMap((room) => room.people);
    glossaryDialog({ event }, event, languages(people));
  }

  /** @param {HTMLElement} list @param {import('../protocol.js').BoardRoom[]} rooms @param {number} nowMs */
  #fill(list, rooms, nowMs) {
    rooms.forEach((room, at) => {
      let row = this.#rows.get(room.id);
      if (!row) {
        row = new BoardRow(room, this.onFailed);
        this.#rows.set(room.id, row);
      }
      row.render(room, nowMs);
      if (list.children[at] !== row.element) list.insertBefore(row.element, list.children[at] ?? null);
    });
    while (list.children.length > rooms.length) list.lastElementChild?.remove();
  }
}

/** @param {HTMLSelectElement} select @param {string} all sentence @param {string[][]} options value and text @param {string} wanted */
function fill(select, all, options, wanted) {
  select.replaceChildren(h('option', { value: '', 'data-t': all }), ...options.map(([value = '', text = '']) => h('option', { value }, text)));
  select.value = options.some(([value]) => value === wanted) ? wanted : '';
}
