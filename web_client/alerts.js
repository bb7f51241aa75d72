/** What needs an interpreter's eye in a room that they are not in. Pure. */

import { levelOf } from './state.js';

/** @import {Caption} from './protocol.js' */
/** @import {Followed} from './following.js' */

/** @typedef {'help' | 'partner' | 'handover' | 'held' | 'captions_off' | 'number' | 'low_confidence' | 'silence' | 'network'} AlertKind */
/**
 * @typedef {object} Alert
 * @property {AlertKind} kind
 * @property {string} [captions] the newest of them, to be looked at
 * @property {number} [count]
 * @property {string} [names]
 * @property {string} [text] said last
 * @property {number} [seconds]
 */

/** Captions older than this have been acted upon or never will be (ms). */
const STALE_MS = 10 * 60_000;

/** Whether somebody should look at a caption; a correction settles it. @param {Caption} caption @returns {'number' | 'low_confidence' | null} */
export function doubtOf({ flags, state }) {
  if (state === 'partial') return null;
  if (flags.includes('number')) return 'number';
  return flags.includes('low_confidence') && state !== 'corrected' ? 'low_confidence' : null;
}

/**
 * The most urgent first.
 * @param {Followed} room
 * @param {number} nowMs the server's clock
 * @param {{silenceMs: number, checked: ReadonlySet<string>}} how `silenceMs` 0: silence is not told; `checked`: captions that were looked at
 * @returns {Alert[]}
 */
export function alertsOf(room, nowMs, { silenceMs, checked }) {
  if (room.closedAt !== null) return [];
  const { view } = room;
  /** @type {Alert[]} */
  const alerts = [];
  const asking = view.interpretation.handovers.filter(({ giver, taker, by }) => [giver, taker].includes(view.you ?? '') && by !== view.you);
  if (asking.length > 0) alerts.push({ kind: 'handover', names: namesOf(room, asking.map(({ by }) => by)) });
  const told = room.unread.at(-1);
  if (told) alerts.unshift({ kind: 'partner', count: room.unread.length, names: told.name, text: told.text });
  if (room.calls.length > 0) alerts.unshift({ kind: 'help', names: namesOf(room, room.calls) });
  const held = view.captions.filter(({ id }) => room.held.includes(id)).at(-1);
  if (held) alerts.push({ kind: 'held', count: room.held.length, captions: held.id });
  if (view.transcription.state === 'unavailable') alerts.push({ kind: 'captions_off' });
  for (const kind of /** @type {const} */ (['number', 'low_confidence'])) {
    const doubtful = view.captions.filter((caption) => doubtOf(caption) === kind && !checked.has(caption.id) && nowMs - spokenAt(room, caption) < STALE_MS);
    const newest = doubtful.at(-1);
    if (newest) alerts.push({ kind, count: doubtful.length, captions: newest.id });
  }
  const quietMs = quietFor(room, nowMs);
  if (silenceMs > 0 && quietMs !== null && quietMs >= silenceMs) alerts.push({ kind: 'silence', seconds: Math.floor(quietMs / 1000) });
  const weak = view.people.filter(({ id, present, lost }) => present && (lost || view.networks.some(({ person }) => person === id) || ['audio', 'text'].includes(levelOf(view, id))));
  if (weak.length > 0) alerts.push({ kind: 'network', names: namesOf(room, weak.map(({ id }) => id)) });
  return alerts;
}

/**
 * How long nothing has been said although both sides are there; null where nobody is to say anything.
 * @param {Followed} room
 * @param {number} nowMs the server's clock
 */
export function quietFor(room, nowMs) {
  if (room.togetherAt === null || room.view.transcription.state === 'unavailable') return null;
  const last = Math.max(...room.view.captions.map((caption) => spokenAt(room, caption)), room.togetherAt);
  return Math.max(0, nowMs - last);
}

/** When its last word was said. @param {Followed} room @param {Caption} caption */
function spokenAt({ view }, caption) {
  return Date.parse(view.room?.opened_at ?? '') + caption.end_ms || 0;
}

/** @param {Followed} room @param {readonly string[]} people */
function namesOf({ view }, people) {
  return view.people.filter(({ id }) => people.includes(id)).map(({ name, company }) => name || company).join(', ');
}
