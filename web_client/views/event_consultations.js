/** An event's consultations by day: when, how long, where, who; what is odd stands in its cell. */

import { has, longDate, say } from '../i18n.js';
import { instantOf, readTime, wallOf } from '../zoned.js';
import { addConsultation } from './add_consultation.js';
import { inPlace } from './cell.js';
import { h, setAttribute } from './dom.js';
import { icon } from './icons.js';

/** @import {CellProblem, Consultation, EventEdit, EventPage, ParticipantShown} from '../api.js' */
/** @typedef {(edit: EventEdit) => Promise<boolean>} Edit */

/** @type {readonly ('seller' | 'buyer' | 'interpreter')[]} */
export const PLACED = ['seller', 'buyer', 'interpreter'];
const COLUMNS = ['date', 'time', 'minutes', 'booth', ...PLACED];

/** @param {EventPage} page @param {Edit} edit */
export function consultationsPanel(page, edit) {
  const zone = h('p', { class: 'hint' });
  say(zone, 'event.zone_hint', { zone: page.event.time_zone });
  const add = h('button', { type: 'button', class: 'primary', 'data-action': 'add-consultation', onclick: () => addConsultation(page, edit) }, icon('plus'), h('span', { 'data-t': 'event.add_consultation' }));
  const nobody = !page.participants.some(({ role }) => role === 'seller' || role === 'buyer');
  add.disabled = nobody;
  const empty = page.consultations.length === 0 ? h('p', { class: 'board-empty', 'data-t': nobody ? 'event.no_people_yet' : 'event.no_consultations' }) : null;
  return h('div', {}, h('div', { class: 'panel-tools' }, zone, add), empty, ...days(page).map(([day, rooms]) => section(day, rooms, page, edit)));
}

/** @param {EventPage} page @returns {[string, Consultation[]][]} by the event's own days */
function days(page) {
  /** @type {Map<string, Consultation[]>} */
  const found = new Map();
  for (const room of page.consultations) {
    const day = room.starts_at ? wallOf(room.starts_at, page.event.time_zone).date : '';
    found.set(day, [...(found.get(day) ?? []), room]);
  }
  return [...found].sort(([one], [other]) => (one || '9').localeCompare(other || '9'));
}

/** @param {string} day @param {Consultation[]} rooms @param {EventPage} page @param {Edit} edit */
function section(day, rooms, page, edit) {
  const heading = h('h2');
  if (day) heading.textContent = longDate(new Date(`${day}T12:00`));
  else say(heading, 'board.any_day');
  const head = h('tr', {}, ...COLUMNS.map((name) => h('th', { scope: 'col', 'data-t': `event.${name}` })), h('th', {}, h('span', { class: 'unseen', 'data-t': 'event.remove' })));
  return h('section', { class: 'section' }, heading,
    h('div', { class: 'sheet-scroll' }, h('table', { class: 'sheet consultations' }, h('thead', {}, head), h('tbody', {}, ...rooms.map((room) => row(room, page, edit))))));
}

/** @param {Consultation} room @param {EventPage} page @param {Edit} edit */
function row(room, page, edit) {
  const change = (/** @type {object} */ values) => void edit({ action: 'change_room', room: room.id, ...values });
  const remove = h('button', { type: 'button', class: 'quiet icon-only', 'data-action': 'remove-consultation', 'data-cell': `${room.id}:remove`, onclick: () => void edit({ action: 'remove_room', room: room.id }) }, icon('close'));
  say(remove, 'event.remove_of', { name: room.title }, 'label');
  const element = h('tr', { 'data-consultation': room.id, 'data-state': room.state },
    ...when(room, page.event.time_zone, change), cell('booth', boothSelect(room, page, (booth) => change({ booth })), problems(room, 'booth')),
    ...PLACED.map((role) => cell(role, places(room, role, page, (ids) => change({ places: { [role]: ids } })), problems(room, role))),
    h('td', { class: 'sheet-end' }, room.state === 'open' ? h('span', { class: 'state', 'data-t': 'state.open' }) : null, remove));
  return element;
}

/** @param {Consultation} room @param {string} zone @param {(values: object) => void} change */
function when(room, zone, change) {
  const wall = room.starts_at ? wallOf(room.starts_at, zone) : { date: '', time: '' };
  const move = () => {
    const at = readTime(time.value);
    const starts_at = at && date.value ? instantOf({ date: date.value, time: at }, zone) : null;
    if (starts_at) change({ starts_at });
  };
  const date = labelledInput(room, 'date', { type: 'date', value: wall.date, required: true });
  const time = labelledInput(room, 'time', { value: wall.time, required: true, inputmode: 'numeric', maxlength: 5, class: 'short', pattern: '[0-9]{1,2}([:. ]?[0-9]{2})?', 'data-t-title': 'event.time_hint' });
  const minutes = labelledInput(room, 'minutes', { type: 'number', value: room.duration_min, min: 1, max: 1440, required: true, class: 'short' });
  inPlace(date, `${room.id}:date`, move);
  inPlace(time, `${room.id}:time`, move);
  inPlace(minutes, `${room.id}:minutes`, (value) => change({ duration_min: Number(value) }));
  return [cell('date', date, []), cell('time', time, []), cell('minutes', minutes, [])];
}

/** @param {Consultation} room @param {string} name @param {Record<string, import('./dom.js').Attribute>} attributes */
function labelledInput(room, name, attributes) {
  const input = h('input', attributes);
  say(input, `event.${name}_of`, { name: room.title }, 'label');
  return input;
}

/** @param {Consultation} room @param {EventPage} page @param {(booth: string) => void} change */
function boothSelect(room, page, change) {
  const names = [...new Set(['', ...page.booths.map(({ name }) => name), room.booth])];
  const select = h('select', {}, ...names.map((name) => h('option', { value: name }, name || '–')));
  select.value = room.booth;
  say(select, 'event.booth_of', { name: room.title }, 'label');
  return inPlace(select, `${room.id}:booth`, change);
}

/**
 * One list for each who is there, and an empty one for who may come.
 * @param {Consultation} room
 * @param {'seller' | 'buyer' | 'interpreter'} role
 * @param {EventPage} page
 * @param {(ids: string[]) => void} change
 */
function places(room, role, page, change) {
  const there = room.people.filter((person) => person.role === role);
  const ids = there.map(({ participant }) => participant ?? '');
  const known = page.participants.filter((one) => one.role === role);
  const selects = there.map((person, at) => {
    const select = personSelect(known, ids[at] ?? '', person.company || person.name);
    say(select, `event.${role}_of`, { name: room.title }, 'label');
    setAttribute(select, 'data-present', person.present);
    return inPlace(select, `${room.id}:${role}${at}`, (id) => change(ids.map((old, index) => (index === at ? id : old)).filter(Boolean)));
  });
  const more = personSelect(known.filter(({ id }) => !ids.includes(id)), '', null);
  say(more, `event.${role}_more_of`, { name: room.title }, 'label');
  more.classList.toggle('more', there.length > 0);
  inPlace(more, `${room.id}:${role}+`, (id) => change([...ids, id].filter(Boolean)));
  return h('div', { class: 'places' }, ...selects, known.length > there.length ? more : null);
}

/** @param {readonly ParticipantShown[]} known @param {string} chosen @param {string | null} name of who is there, null for nobody */
export function personSelect(known, chosen, name) {
  const options = known.map((one) => h('option', { value: one.id }, fullName(one)));
  // Somebody of whom the event's list knows nothing stays to be seen.
  if (name !== null && !known.some(({ id }) => id === chosen)) options.unshift(h('option', { value: chosen }, name));
  const select = h('select', {}, h('option', { value: name !== null && chosen === '' ? '-' : '' }, name === null ? '+' : '–'), ...options);
  select.value = chosen;
  return select;
}

/** @param {{company: string, name: string}} one */
export function fullName({ company, name }) {
  return company && company !== name ? `${company} · ${name}` : name;
}

/** @param {Consultation} room @param {string} field */
function problems(room, field) {
  return room.problems.filter((problem) => problem.field === field);
}

/** @param {string} name @param {HTMLElement} content @param {readonly CellProblem[]} found */
function cell(name, content, found) {
  const lines = found.map(({ code, message, params, refused }) => {
    const line = h('p', { class: 'cell-problem', 'data-refused': refused }, message);
    if (has(`problem.${code}`)) say(line, `problem.${code}`, params);
    return line;
  });
  return h('td', { 'data-column': name, 'data-problem': found.length > 0 }, h('span', { class: 'cell-name', 'aria-hidden': 'true', 'data-t': `event.${name}` }), content, ...lines);
}
