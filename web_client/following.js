/** Several rooms at once as data: what an interpreter's page knows of each that is open. Pure. */

import { reduce as reduceRoom, start as startRoom } from './state.js';

/** @import {DeskMessage, FollowMessage, LinkStatus, PartnerMessage, RoomMessage} from './protocol.js' */
/** @import {RoomView} from './state.js' */

/** How many captions of a room are kept. */
const KEPT = 60;
/** So many messages of partners are kept for reading. */
const UNREAD = 20;
/** So long a room that was closed is still shown, as closed (ms). */
const FAREWELL_MS = 60_000;

/**
 * @typedef {object} Followed
 * @property {RoomView} view
 * @property {number | null} togetherAt since when both sides are there, as far as this page saw it; the server's clock
 * @property {number | null} closedAt
 * @property {boolean} told since the connection was made last
 * @property {readonly string[]} calls who calls the organiser
 * @property {readonly string[]} held captions of which something waits for an interpreter's word
 * @property {number} heardId of the partners' last message
 * @property {readonly PartnerMessage[]} unread partners' messages since this page is open
 */
/** @typedef {{link: LinkStatus, refused: string | null, clockMs: number, rooms: Readonly<Record<string, Followed>>}} Following */
/** @typedef {FollowMessage | {type: 'link', status: LinkStatus} | {type: 'read', room: string}} Action */

/** @type {Following} */
export const start = { link: 'connecting', refused: null, clockMs: 0, rooms: {} };

/**
 * @param {Following} state
 * @param {Action} action
 * @param {number} nowMs our clock
 * @returns {Following}
 */
export function reduce(state, action, nowMs) {
  switch (action.type) {
    case 'link':
      return { ...state, link: action.status };
    case 'following':
      // What is not told of again within a tick is not ours any more; until then nothing flickers.
      return { ...clocked(state, action.now_at, nowMs), rooms: mapped(state.rooms, (room) => ({ ...room, told: false })) };
    case 'tick': {
      const now = Date.parse(action.now_at);
      return { ...clocked(state, action.now_at, nowMs), rooms: kept(state.rooms, (room) => (room.closedAt === null ? room.told : now - room.closedAt < FAREWELL_MS)) };
    }
    case 'of_room': {
      const before = state.rooms[action.room];
      if (!before && action.message.type !== 'joined') return state;
      return { ...state, rooms: { ...state.rooms, [action.room]: followed(before, action.message, nowMs, state.clockMs) } };
    }
    case 'read': {
      const room = state.rooms[action.room];
      return room ? { ...state, rooms: { ...state.rooms, [action.room]: { ...room, unread: [] } } } : state;
    }
    case 'unfollowed':
      return { ...state, rooms: kept(state.rooms, (room, id) => id !== action.room || room.closedAt !== null) };
    case 'error':
      return action.fatal ? { ...state, refused: action.code } : state;
    default:
      return state;
  }
}

/**
 * @param {Followed | undefined} before
 * @param {RoomMessage | DeskMessage} message
 * @param {number} nowMs
 * @param {number} clockMs
 * @returns {Followed}
 */
function followed(before, message, nowMs, clockMs) {
  let view = reduceRoom(before?.view ?? startRoom, /** @type {RoomMessage} */ (message), nowMs);
  if (view.captions.length > KEPT) view = { ...view, captions: view.captions.slice(-KEPT) };
  const now = nowMs + clockMs;
  return {
    view,
    togetherAt: bothThere(view) ? (before?.togetherAt ?? now) : null,
    closedAt: view.room?.state === 'closed' ? (before?.closedAt ?? now) : null,
    told: message.type === 'joined' || (before?.told ?? false),
    held: message.type === 'machine' ? message.held : message.type === 'joined' ? (message.machine?.held ?? []) : (before?.held ?? []),
    calls: callsIn(message) ?? before?.calls ?? [],
    ...heard(before, view.you, message),
  };
}

/** @param {RoomMessage | DeskMessage} message @returns {string[] | null} null where it says nothing of calls */
function callsIn(message) {
  const calls = message.type === 'help' ? message.calls : message.type === 'joined' ? (/** @type {{help?: {person: string}[]}} */ (message).help ?? []) : null;
  return calls && calls.map(({ person }) => person);
}

/**
 * What partners said before the page was opened has been read or never will be; who answers has read.
 * @param {Followed | undefined} before
 * @param {string | null} you
 * @param {RoomMessage | DeskMessage} message
 * @returns {Pick<Followed, 'heardId' | 'unread'>}
 */
function heard(before, you, message) {
  const said = message.type === 'partner_message' ? [message] : message.type === 'joined' ? (message.partner_messages ?? []) : [];
  const heardId = Math.max(before?.heardId ?? 0, ...said.map(({ id }) => id));
  if (!before) return { heardId, unread: [] };
  const news = said.filter(({ id }) => id > before.heardId);
  const answered = news.map(({ person }) => person).lastIndexOf(you ?? '');
  const unread = answered >= 0 ? news.slice(answered + 1) : [...before.unread, ...news];
  return { heardId, unread: unread.slice(-UNREAD) };
}

/** Whether a seller and a buyer are there to talk. @param {RoomView} view */
export function bothThere({ people }) {
  return ['seller', 'buyer'].every((role) => people.some((person) => person.role === role && person.present && !person.lost));
}

/** @param {Following} state @param {string} at @param {number} nowMs @returns {Following} */
function clocked(state, at, nowMs) {
  return { ...state, clockMs: Date.parse(at) - nowMs };
}

/** @param {Following['rooms']} rooms @param {(room: Followed) => Followed} change */
function mapped(rooms, change) {
  return Object.fromEntries(Object.entries(rooms).map(([id, room]) => [id, change(room)]));
}

/** @param {Following['rooms']} rooms @param {(room: Followed, id: string) => boolean} wanted */
function kept(rooms, wanted) {
  return Object.fromEntries(Object.entries(rooms).filter(([id, room]) => wanted(room, id)));
}
