/** Sheets to print: what happens at each booth on each day, and a card with the way in for each participant. */

import * as api from './api.js';
import { languageName, pageLocale, say } from './i18n.js';
import { slot } from './countdown.js';
import { h } from './views/dom.js';
import { eventPage } from './views/event_page.js';

/** @typedef {import('./protocol.js').BoardRoom} BoardRoom */

class Sheets {
  #body = h('div', { class: 'sheets' });
  #what = h('select', { name: 'what' }, h('option', { value: 'booths', 'data-t': 'print.booths' }), h('option', { value: 'cards', 'data-t': 'print.cards' }));
  #hint = h('p', { class: 'hint', 'data-t': 'print.hint' });
  #event = '';

  constructor() {
    this.#what.addEventListener('change', () => void this.show(this.#event));
    this.element = h('div', { class: 'accounts' },
      h('div', { class: 'print-tools' }, h('label', { class: 'field' }, h('span', { 'data-t': 'print.what' }), this.#what),
        h('button', { type: 'button', class: 'primary', 'data-action': 'print', 'data-t': 'print.print', onclick: () => window.print() }),
        this.#hint),
      this.#body);
  }

  /** @param {string} event */
  async show(event) {
    this.#event = event;
    this.#hint.hidden = this.#what.value !== 'booths';
    const [about, rooms, booths] = await Promise.all([api.eventOf(event), api.roomsOf(event), api.boothsOf(event)]);
    const sheets = this.#what.value === 'booths' ? boothSheets(about, rooms, booths) : await cards(about);
    if (event !== this.#event) return;
    this.#body.replaceChildren(...(sheets.length > 0 ? sheets : [h('p', { class: 'hint', 'data-t': 'print.nothing' })]));
  }
}

/** @param {{name: string, time_zone: string}} event @param {BoardRoom[]} rooms @param {api.Booth[]} booths */
function boothSheets(event, rooms, booths) {
  const dayOf = new Intl.DateTimeFormat('sv-SE', { timeZone: event.time_zone, dateStyle: 'short' });
  const order = booths.map(({ name }) => name);
  /** @type {Map<string, BoardRoom[]>} */
  const found = new Map();
  for (const room of rooms.filter(({ starts_at }) => starts_at !== null)) {
    const key = JSON.stringify([order.indexOf(room.booth), room.booth, dayOf.format(Date.parse(room.starts_at ?? ''))]);
    found.set(key, [...(found.get(key) ?? []), room]);
  }
  const sheets = [...found].map(([key, all]) => ({ key: /** @type {[number, string, string]} */ (JSON.parse(key)), all }));
  sheets.sort((one, other) => one.key[0] - other.key[0] || one.key[1].localeCompare(other.key[1]) || one.key[2].localeCompare(other.key[2]));
  return sheets.map(({ key: [, booth, day], all }) => {
    const venue = booths.find(({ name }) => name === booth)?.venue ?? '';
    const date = new Intl.DateTimeFormat(pageLocale(), { dateStyle: 'full' }).format(new Date(`${day}T12:00`));
    all.sort((one, other) => Date.parse(one.starts_at ?? '') - Date.parse(other.starts_at ?? ''));
    return h('section', { class: 'sheet', 'data-sheet': `${booth} ${day}` },
      h('header', {}, h('div', {}, h('h2', {}, [venue, booth].filter(Boolean).join(' ') || event.name), h('p', {}, date), h('p', { class: 'hint' }, `${event.name} · ${event.time_zone}`)),
        h('figure', {}, h('img', { class: 'qr', src: '/api/venue/qr.svg', width: 110, height: 110, alt: '' }), h('figcaption', { 'data-t': 'print.screen' }))),
      h('table', {}, h('thead', {}, h('tr', {}, ...['time', 'parties', 'languages', 'interpreter'].map((name) => h('th', { scope: 'col', 'data-t': `print.${name}` })))),
        h('tbody', {}, ...all.map((room) => roomLine(room, event.time_zone)))));
  });
}

/** @param {BoardRoom} room @param {string} zone */
function roomLine(room, zone) {
  const sides = room.people.filter(({ role }) => role === 'seller' || role === 'buyer');
  const interpreters = room.people.filter(({ role }) => role === 'interpreter').map(({ name }) => name).join(', ');
  return h('tr', {}, h('td', { class: 'sheet-time' }, slot(zone, pageLocale(), Date.parse(room.starts_at ?? ''), room.duration_min)),
    h('td', {}, h('strong', {}, sides.map(({ company, name }) => company || name).join(' ↔ ') || room.title), h('br'), room.title),
    h('td', {}, [...new Set(sides.map(({ speaks }) => languageName(speaks)))].join(', ')), h('td', {}, interpreters));
}

/** @param {{name: string}} event */
async function cards(event) {
  const { people } = await api.mailOf(event.name);
  return people.filter(({ withdrawn }) => !withdrawn).map((person) => {
    const image = h('img', { class: 'qr', src: `/api/participants/${encodeURIComponent(person.id)}/qr.svg`, width: 150, height: 150 });
    say(image, 'people.qr_of', { name: person.name }, 'label');
    return h('section', { class: 'card', 'data-card': person.id }, image,
      h('div', {}, h('p', { class: 'hint' }, event.name), h('h2', {}, person.company || person.name), person.company ? h('p', {}, person.name) : null,
        h('p', { class: 'hint', 'data-t': 'day.phone_hint' })));
  });
}

const sheets = new Sheets();
void eventPage('print.title', sheets.element, (event) => void sheets.show(event));
