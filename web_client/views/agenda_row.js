/** One consultation in a participant's list. */

import { across } from '../agenda.js';
import { spanIn, until } from '../clock.js';
import { languageName, say } from '../i18n.js';
import { documentLinks } from './documents.js';
import { h } from './dom.js';

/** @import {Day, DayRoom} from '../agenda.js' */

/** From so long before its start a consultation is counted down to (ms). */
const COUNTED_MS = 12 * 3600_000;

/**
 * @param {DayRoom} room
 * @param {Day} day
 * @param {{zone: string, upcoming: boolean, nowMs: number, preparation: string | null}} how `preparation`: address of the sheet, for those who have one
 */
export function agendaRow(room, day, { zone, upcoming, nowMs, preparation }) {
  const interpreters = room.others.filter(({ role }) => role === 'interpreter').map(({ name }) => name).join(', ');
  const languages = [...new Set(room.others.filter(({ role }) => role === 'seller' || role === 'buyer').map(({ speaks }) => languageName(speaks)))].join(', ');
  const facts = [languages, [room.venue, room.booth].filter(Boolean).join(' '), interpreters].filter(Boolean).join(' · ');
  const state = h('span', { class: 'state' });
  say(state, `state.${room.state}`);
  const enter = h('a', { class: room.state === 'open' ? 'button primary' : 'button', href: room.url ?? '#', 'data-action': 'enter' }, h('span', { 'data-t': room.state === 'open' ? 'day.enter' : 'day.test' }));
  enter.hidden = !room.url || room.state === 'closed';
  const sheet = preparation === null ? null : h('a', { class: 'button', href: preparation, target: '_blank', 'data-action': 'preparation', 'data-t': 'preparation.title' });
  return h('li', { class: 'agenda-row', 'data-room': room.id, 'data-state': room.state, 'data-next': upcoming },
    h('p', { class: 'row-time' }, spanIn(room.starts_at, room.duration_min, zone)),
    h('div', { class: 'agenda-what' }, h('h3', {}, across(room, day.role) || room.title), h('p', { class: 'hint' }, room.title), h('p', { class: 'hint' }, facts),
      documentLinks(room.others.flatMap(({ documents }) => documents)), waiting(room, day, upcoming), countdown(room, day, nowMs)),
    state, h('div', { class: 'agenda-ways' }, sheet, enter));
}

/** Who is inside, or when it opens. @param {DayRoom} room @param {Day} day @param {boolean} upcoming */
function waiting(room, day, upcoming) {
  const inside = room.others.filter(({ present }) => present).map(({ name }) => name).join(', ');
  const words = h('p', { class: 'hint' });
  if (room.state === 'open' && inside) say(words, 'day.inside', { names: inside });
  else if (upcoming && room.state === 'scheduled' && day.role !== 'interpreter') say(words, day.opens_itself ? 'day.opens_early' : 'day.opens', { minutes: day.opens_early_min });
  else return null;
  return words;
}

/** For interpreters, whose day has no gaps. @param {DayRoom} room @param {Day} day @param {number} nowMs */
function countdown(room, day, nowMs) {
  const leftMs = Date.parse(room.starts_at ?? '') - nowMs;
  if (day.role !== 'interpreter' || room.state !== 'scheduled' || !(Math.abs(leftMs) < COUNTED_MS)) return null;
  const words = h('p', { class: 'countdown', 'data-late': leftMs < 0 });
  if (leftMs < 0) say(words, 'day.late', { when: until(leftMs) });
  else words.append(until(leftMs));
  return words;
}
