/** The draft as slots by booths, sellers or buyers; a list where there is little room. */

import { pageLocale, say, t } from '../i18n.js';
import { dateThere, grid, labelOf } from '../timetable.js';
import { h, setAttribute } from './dom.js';

/** @import {Columns, Fixed, Matching, Placement, Row} from '../timetable.js' */

export class MatchingGrid {
  /** @type {Columns} */ #by = 'booth';
  /** @type {Matching | null} */ #state = null;
  /** @type {Placement | null} */ #dragged = null;
  #still = false;
  #onOpen;
  #onMove;
  #table = h('table', { class: 'matching-table' });
  #scroll = h('div', { class: 'matching-scroll', tabindex: 0, role: 'region', 'data-t-label': 'matching.timetable' }, this.#table);
  #choices = h('div', { class: 'chips', role: 'group', 'data-t-label': 'matching.columns' });

  /** @param {{onOpen: (placement: Placement) => void, onMove: (placement: Placement, change: object) => void}} handlers */
  constructor({ onOpen, onMove }) {
    this.#onOpen = onOpen;
    this.#onMove = onMove;
    for (const by of /** @type {Columns[]} */ (['booth', 'seller', 'buyer'])) {
      this.#choices.append(h('button', { type: 'button', class: 'chip', 'data-action': `by-${by}`, 'data-t': `matching.by_${by}`, onclick: () => {
        this.#by = by;
        this.render(this.#state, this.#still);
      } }));
    }
    this.element = h('section', { class: 'matching-grid', 'data-t-label': 'matching.timetable' }, this.#choices, this.#scroll);
  }

  /** @param {Matching | null} state @param {boolean} still nothing can be changed now */
  render(state, still) {
    this.#state = state;
    this.#still = still;
    for (const chip of this.#choices.children) setAttribute(chip, 'aria-pressed', String(chip.getAttribute('data-action') === `by-${this.#by}`));
    this.element.hidden = !state || (state.slots.length === 0 && state.placements.length === 0);
    if (!state || this.element.hidden) return;
    const focused = document.activeElement?.getAttribute('data-pair');
    const { keys, rows } = grid(state, this.#by);
    let day = '';
    const body = [];
    for (const row of rows) {
      const date = dateThere(row.starts_at, state.time_zone);
      if (date !== day) body.push(h('tr', { class: 'matching-day' }, h('th', { colspan: keys.length + 1, scope: 'rowgroup' }, longDay(row.starts_at, state.time_zone))));
      day = date;
      body.push(this.#row(state, row, keys));
    }
    this.#table.replaceChildren(
      h('thead', {}, h('tr', {}, h('th', { scope: 'col', 'data-t': 'matching.time' }), ...keys.map((key) => this.#heading(state, key)))),
      h('tbody', {}, ...body));
    setAttribute(this.#table, 'data-columns', this.#by);
    if (focused) /** @type {HTMLElement | null} */ (this.#table.querySelector(`[data-pair="${CSS.escape(focused)}"]`))?.focus();
  }

  /** @param {Matching} state @param {string} key */
  #heading(state, key) {
    const heading = h('th', { scope: 'col' }, key ? labelOf(state, key) : '');
    if (!key) say(heading, 'matching.no_booth');
    return heading;
  }

  /** @param {Matching} state @param {Row} row @param {string[]} keys */
  #row(state, row, keys) {
    const time = h('th', { scope: 'row', class: 'matching-time' }, timeThere(row.starts_at, state.time_zone));
    if (!row.offered) time.append(h('span', { class: 'badge warn', 'data-t': 'matching.not_offered' }));
    const cells = row.cells.map((cell, at) => {
      const key = keys[at] ?? '';
      const column = h('span', { class: 'cell-column' }, key ? labelOf(state, key) : t('matching.no_booth'));
      const cards = [...cell.placements.map((each) => this.#card(state, each)), ...cell.fixed.map((each) => fixedCard(each))];
      const element = h('td', { 'data-empty': cards.length === 0 }, column, ...cards);
      if (!this.#still) this.#takesDrops(element, row, key);
      return element;
    });
    return h('tr', { 'data-slot': row.starts_at }, time, ...cells);
  }

  /** @param {Matching} state @param {Placement} placement */
  #card(state, placement) {
    const { seller, buyer, interpreters, locked, odd, published, booth } = placement;
    const clash = odd.some(({ code }) => code === 'clash');
    const parts = [
      this.#by === 'seller' ? null : h('span', { class: 'speaker', 'data-role': 'seller' }, labelOf(state, seller)),
      this.#by === 'buyer' ? null : h('span', { class: 'speaker', 'data-role': 'buyer' }, labelOf(state, buyer)),
      interpreters.length ? h('span', { class: 'card-more' }, interpreters.map((id) => labelOf(state, id)).join(', ')) : null,
      this.#by === 'booth' || !booth ? null : h('span', { class: 'card-more' }, booth),
    ];
    const marks = h('span', { class: 'card-marks' });
    if (clash) marks.append(h('span', { class: 'badge clash', 'data-t': 'matching.clash' }));
    else if (odd.length) marks.append(h('span', { class: 'badge warn', 'data-t': 'matching.look' }));
    if (locked) marks.append(h('span', { class: 'badge', 'data-t': 'matching.locked' }));
    // Before anything is published it would stand on every card.
    if (!published && state.placements.some((each) => each.published)) marks.append(h('span', { class: 'badge new', 'data-t': 'matching.unpublished' }));
    const card = h('button', {
      type: 'button', class: 'card', 'data-action': 'open-placement', 'data-pair': `${seller} ${buyer}`, 'data-locked': locked, 'data-clash': clash, 'data-odd': odd.length > 0,
      draggable: this.#still ? 'false' : 'true', disabled: this.#still, onclick: () => this.#onOpen(placement),
    }, ...parts, marks);
    card.addEventListener('dragstart', (event) => {
      this.#dragged = placement;
      event.dataTransfer?.setData('text/plain', `${seller} ${buyer}`);
    });
    card.addEventListener('dragend', () => {
      this.#dragged = null;
    });
    return card;
  }

  /** @param {HTMLElement} cell @param {Row} row @param {string} key */
  #takesDrops(cell, row, key) {
    cell.addEventListener('dragover', (event) => {
      if (!this.#fits(key)) return;
      event.preventDefault();
      cell.setAttribute('data-over', '');
    });
    cell.addEventListener('dragleave', () => cell.removeAttribute('data-over'));
    cell.addEventListener('drop', (event) => {
      event.preventDefault();
      cell.removeAttribute('data-over');
      const placement = this.#dragged;
      if (!placement || !this.#fits(key)) return;
      const { starts_at, duration_min } = row;
      const moves = Date.parse(placement.starts_at) !== Date.parse(starts_at);
      // At another time another interpreter may be free; one who was given by hand and locked stays.
      const interpreters = moves && !placement.locked ? { interpreters: null } : {};
      this.#onMove(placement, { starts_at, duration_min, ...interpreters, ...(this.#by === 'booth' ? { booth: key } : {}) });
    });
  }

  /** A company's consultation stays in its own column. @param {string} key */
  #fits(key) {
    return Boolean(this.#dragged) && (this.#by === 'booth' || this.#dragged?.[this.#by] === key);
  }
}

/** @param {Fixed} fixed */
function fixedCard({ title, state }) {
  return h('div', { class: 'card fixed', 'data-state': state }, h('span', {}, title), h('span', { class: 'card-marks' }, h('span', { class: 'badge', 'data-t': `board.${state}` })));
}

/** @param {string} at @param {string} zone */
export function timeThere(at, zone) {
  return new Intl.DateTimeFormat(pageLocale(), { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at));
}

/** @param {string} at @param {string} zone */
export function longDay(at, zone) {
  return new Intl.DateTimeFormat(pageLocale(), { timeZone: zone, dateStyle: 'full' }).format(new Date(at));
}

/** @param {string} at @param {string} zone */
export function shortMoment(at, zone) {
  return new Intl.DateTimeFormat(pageLocale(), { timeZone: zone, month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at));
}
