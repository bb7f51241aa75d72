/** The organiser's list as data: how messages change it, what is shown of it and in which order. Pure. */

import { isParty } from './state.js';

/** @import {BoardMessage, BoardPerson, BoardRoom, LinkStatus, NetworkRow, RoomState, Workers} from './protocol.js' */

/** @typedef {{link: LinkStatus, rooms: readonly BoardRoom[] | null, workers: Workers | null, clockMs: number, refused: string | null}} BoardView */
/** `help`: somebody inside calls. @typedef {RoomState | 'all' | 'help'} Filter */
/** A mission's consultations of one day, or, with `now` for its day, what is going on. @typedef {{day: string, event: string, rooms: BoardRoom[]}} Section */
/** @typedef {BoardMessage | {type: 'link', status: LinkStatus}} BoardAction */

/** The day of the section of open rooms. */
export const NOW = 'now';

/** @type {BoardView} */
export const start = { link: 'connecting', rooms: null, workers: null, clockMs: 0, refused: null };

/**
 * @param {BoardView} state
 * @param {BoardAction} action
 * @param {number} nowMs our clock
 * @returns {BoardView}
 */
export function reduce(state, action, nowMs) {
  switch (action.type) {
    case 'link':
      return { ...state, link: action.status };
    case 'board':
      return { ...state, rooms: action.rooms, workers: action.workers, clockMs: Date.parse(action.now_at) - nowMs };
    case 'board_room':
      return { ...state, rooms: withRoom(state.rooms ?? [], action.room) };
    case 'board_room_removed':
      return { ...state, rooms: (state.rooms ?? []).filter(({ id }) => id !== action.id) };
    case 'board_networks':
      return { ...state, rooms: withNetworks(state.rooms ?? [], action.room, action.people) };
    case 'board_workers':
      return { ...state, workers: action.workers };
    case 'tick':
      return { ...state, clockMs: Date.parse(action.now_at) - nowMs };
    case 'error':
      return action.fatal ? { ...state, refused: action.code } : state;
    default:
      return state;
  }
}

/** @param {readonly BoardRoom[]} rooms @param {BoardRoom} room @returns {readonly BoardRoom[]} */
function withRoom(rooms, room) {
  return rooms.some(({ id }) => id === room.id)
    ? rooms.map((other) => (other.id === room.id ? room : other))
    : [...rooms, room];
}

/**
 * @param {readonly BoardRoom[]} rooms
 * @param {string} id
 * @param {Record<string, NetworkRow>} people
 * @returns {readonly BoardRoom[]}
 */
function withNetworks(rooms, id, people) {
  return rooms.map((room) => (room.id === id ? { ...room, people: room.people.map((person) => ({ ...person, network: people[person.id] ?? null })) } : room));
}

/**
 * @param {readonly BoardPerson[]} people
 * @returns {BoardPerson[]} those inside whose network is not good, the worst first
 */
export function weakOnes(people) {
  const weak = people.filter(({ present, network }) => present && network && network.grade !== 'good');
  return weak.sort((one, other) => (one.network?.grade ?? '').localeCompare(other.network?.grade ?? ''));
}

/**
 * @param {readonly BoardRoom[]} rooms
 * @returns {Record<Filter, number>}
 */
export function counts(rooms) {
  const result = { all: rooms.length, scheduled: 0, open: 0, closed: 0, help: 0 };
  for (const { state, help } of rooms) {
    result[state] += 1;
    if (help.length > 0) result.help += 1;
  }
  return result;
}

/**
 * What is going on first; then by day, by mission, by time, rooms without a time before the others.
 * @param {readonly BoardRoom[]} rooms
 * @param {Filter} filter
 * @param {string} query
 * @returns {Section[]}
 */
export function sections(rooms, filter, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = rooms.filter((room) => passes(room, filter) && matches(room, words));
  shown.sort((one, other) => startOf(one) - startOf(other) || one.id.localeCompare(other.id));
  /** @type {Map<string, Section>} */
  const found = new Map();
  const open = filter === 'all' ? shown.filter(({ state }) => state === 'open') : [];
  for (const room of shown) {
    if (open.includes(room)) continue;
    const day = dayOf(room);
    const key = `${day} ${room.event}`;
    const section = found.get(key) ?? { day, event: room.event, rooms: [] };
    section.rooms.push(room);
    found.set(key, section);
  }
  const later = [...found.values()].sort((one, other) => one.day.localeCompare(other.day));
  return open.length > 0 ? [{ day: NOW, event: '', rooms: open }, ...later] : later;
}

/** @param {BoardRoom} room @param {Filter} filter */
function passes(room, filter) {
  return filter === 'all' || (filter === 'help' ? room.help.length > 0 : room.state === filter);
}

/** @param {BoardRoom} room @returns {number} */
function startOf(room) {
  return room.starts_at ? Date.parse(room.starts_at) : 0;
}

/**
 * @param {Pick<BoardRoom, 'starts_at'>} room
 * @returns {string} `2026-03-01` here, empty without a time
 */
export function dayOf(room) {
  if (!room.starts_at) return '';
  const at = new Date(room.starts_at);
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** @param {BoardRoom} room @param {readonly string[]} words */
function matches(room, words) {
  if (words.length === 0) return true;
  const text = [room.title, room.event, ...room.people.flatMap(({ name, company }) => [name, company])].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Those whose absence matters. */
const EXPECTED = ['seller', 'buyer', 'interpreter'];

/**
 * How somebody stands to a room just now: as `standing` of server/attendance.py has it, and whether they wait outside.
 * @param {BoardRoom} room
 * @param {BoardPerson} person
 * @param {number} nowMs the server's clock
 * @returns {'inside' | 'waiting' | 'left' | 'missing' | 'no_show' | 'expected'}
 */
export function standing(room, person, nowMs) {
  if (person.present) return 'inside';
  if (person.waiting) return 'waiting';
  if (person.came_at) return 'left';
  if (!EXPECTED.includes(person.role) || !room.opened_at) return 'expected';
  if (room.state === 'closed' || (room.ends_at && nowMs >= Date.parse(room.ends_at))) return 'no_show';
  return room.state === 'open' && nowMs >= startOf(room) ? 'missing' : 'expected';
}

/** @param {readonly BoardRoom[]} rooms @returns {string[]} the days that have any, in order */
export function days(rooms) {
  return [...new Set(rooms.map(dayOf).filter(Boolean))].sort();
}

/** @param {readonly BoardRoom[]} rooms @returns {string[]} */
export function events(rooms) {
  return [...new Set(rooms.map(({ event }) => event).filter(Boolean))].sort();
}

/**
 * Rooms without a time belong to every day, and what is open is never out of sight.
 * @param {readonly BoardRoom[]} rooms
 * @param {string} day empty: all
 * @param {string} event empty: all
 */
export function chosen(rooms, day, event) {
  return rooms.filter((room) => (!day || !room.starts_at || room.state === 'open' || dayOf(room) === day) && (!event || room.event === event));
}

/**
 * @param {readonly BoardPerson[]} people
 * @returns {string[]} the parties' companies, or their names
 */
export function companies(people) {
  return people.filter(isParty).map(({ company, name }) => company || name);
}

/**
 * @param {readonly BoardPerson[]} people
 * @returns {string[]} what the parties speak, each once
 */
export function languages(people) {
  return [...new Set(people.filter(isParty).map(({ speaks }) => speaks))];
}
