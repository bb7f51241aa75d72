/** What the state of interpretation means to one person: who is heard on which channel, and what a key would do. Pure. */

import { primary } from './captions.js';
import { isParty } from './state.js';

/** @import {Caption, Interpretation, Person, Seat} from './protocol.js' */
/** @import {RoomView} from './state.js' */

/** @param {string} one @param {string} other */
function same(one, other) {
  return primary(one) === primary(other);
}

/**
 * @param {Interpretation} interpretation
 * @param {string | null} person
 * @returns {Seat} whoever has none yet speaks to everybody
 */
export function seatOf(interpretation, person) {
  const seat = interpretation.seats.find((one) => one.person === person);
  return seat ?? { person: person ?? '', into: null, air: true, channels: [], together: false, connected: true };
}

/**
 * @param {Interpretation} interpretation
 * @param {string} person
 * @returns {string | null} the language whose listeners alone hear this person
 */
export function onChannel(interpretation, person) {
  const { air, into } = seatOf(interpretation, person);
  return air && interpretation.mode === 'simultaneous' ? into : null;
}

/**
 * Whether somebody who is here interprets into this language now, or does so in turns with another one.
 * @param {{interpretation: Interpretation, people: readonly Person[]}} room
 * @param {string} lang
 */
export function serves({ interpretation, people }, lang) {
  return interpretation.seats.some(
    ({ person, channels }) =>
      onChannel(interpretation, person) !== null &&
      channels.some((tag) => same(tag, lang)) &&
      people.some(({ id, present }) => id === person && present),
  );
}

/**
 * The room's languages, those of the parties first.
 * @param {readonly Person[]} people
 * @returns {string[]}
 */
export function roomLanguages(people) {
  const listeners = people.filter((person) => person.role !== 'interpreter' && (isParty(person) || person.present));
  const tags = [...listeners.filter(isParty), ...listeners].map(({ reads }) => reads);
  return tags.filter((tag, at) => tags.findIndex((other) => same(other, tag)) === at);
}

/**
 * The two languages that an interpreter works between: their own where the room has both, else the room's first two.
 * @param {Person} me
 * @param {readonly string[]} languages of the room
 * @returns {string[]} two, or fewer
 */
export function pairOf(me, languages) {
  const own = [me.speaks, me.reads].flatMap((tag) => languages.filter((other) => same(other, tag)));
  const pair = own.filter((tag, at) => own.indexOf(tag) === at);
  return pair.length === 2 ? pair : languages.slice(0, 2);
}

/**
 * The language that the key flips to. The first time it is the one that whoever spoke last does not speak.
 * @param {RoomView} state
 * @param {Person} me
 * @returns {string | null} null in a room of one language
 */
export function flipped(state, me) {
  const pair = pairOf(me, roomLanguages(state.people));
  const [first, second] = pair;
  if (first === undefined || second === undefined) return first ?? null;
  const from = seatOf(state.interpretation, me.id).into ?? lastSpoken(state) ?? first;
  return same(from, first) ? second : first;
}

/**
 * The language to interpret into when one's turn comes: not the one that was just spoken.
 * @param {RoomView} state
 * @param {Person} me
 * @returns {string | null}
 */
export function answering(state, me) {
  const spoken = lastSpoken(state);
  const pair = pairOf(me, roomLanguages(state.people));
  return pair.find((tag) => spoken !== null && !same(tag, spoken)) ?? flipped(state, me);
}

/** @param {RoomView} state @returns {string | null} of the last word that was not an interpreter's */
function lastSpoken(state) {
  const roles = new Map(state.people.map(({ id, role }) => [id, role]));
  return state.captions.filter(({ speaker }) => roles.get(speaker) !== 'interpreter').at(-1)?.lang ?? null;
}

/** @param {RoomView} state @returns {Person[]} the other interpreters who are here, or were on air when they got lost */
export function colleagues(state) {
  return state.people.filter(
    ({ id, role, present }) =>
      role === 'interpreter' && id !== state.you && (present || isLost(state.interpretation, id)),
  );
}

/** On air, but the page is not there. @param {Interpretation} interpretation @param {string} person */
export function isLost(interpretation, person) {
  const seat = interpretation.seats.find((one) => one.person === person);
  return seat !== undefined && seat.air && !seat.connected;
}

/**
 * Whoever waits on standby stands last among the small pictures, where pages that need not show them leave no gap.
 * @param {RoomView} state
 * @returns {RoomView}
 */
export function standbyLast(state) {
  const waits = (/** @type {Person} */ { id }) => !seatOf(state.interpretation, id).air;
  if (!state.people.some(waits)) return state;
  return { ...state, people: [...state.people.filter((person) => !waits(person)), ...state.people.filter(waits)] };
}

/**
 * @typedef {object} Relief what the handover key would do
 * @property {'lost' | 'asked' | 'offered' | 'asking' | 'offering' | 'ask' | 'offer' | 'none'} kind lost: take over at
 *   once; asked: they want mine; offered: I am to take theirs; asking, offering: they have not answered yet
 * @property {Person | null} other
 */

/** @param {RoomView} state @returns {Relief} */
export function relief(state) {
  const { interpretation, you } = state;
  const others = colleagues(state);
  const mine = seatOf(interpretation, you);
  const lost = others.find(({ id }) => isLost(interpretation, id));
  if (lost && !mine.air) return { kind: 'lost', other: lost };
  for (const { giver, taker, by } of interpretation.handovers) {
    const other = others.find(({ id }) => id === (giver === you ? taker : giver));
    if (!other || (giver !== you && taker !== you)) continue;
    if (giver === you) return { kind: by === you ? 'offering' : 'asked', other };
    return { kind: by === you ? 'asking' : 'offered', other };
  }
  const waiting = others.find(({ id }) => !seatOf(interpretation, id).air && seatOf(interpretation, id).connected);
  if (mine.air && waiting) return { kind: 'offer', other: waiting };
  const working = others.find(({ id }) => seatOf(interpretation, id).air);
  if (!mine.air && working) return { kind: 'ask', other: working };
  return { kind: 'none', other: null };
}

/**
 * Whether a caption is what an interpreter said into a channel: somebody else's words once more.
 * @param {Caption} caption
 */
export function isInterpretation(caption) {
  return caption.flags.includes('interpretation');
}

/**
 * What belongs over the picture. The machine's translation of what was said is there already when the interpreter
 * says the same, so it stays, unless one would rather read the interpreter: then their words replace it.
 * @param {RoomView} state
 * @param {string} channel the language that one listens to
 * @param {boolean} interpreter
 * @returns {readonly Caption[]}
 */
export function subtitles(state, channel, interpreter) {
  const { captions } = state;
  if (!interpreter) return captions.some(isInterpretation) ? captions.filter((one) => !isInterpretation(one)) : captions;
  const served = serves(state, channel);
  return captions.filter((one) => same(one.lang, channel) || !(isInterpretation(one) || served));
}

/** So long the one on air has to be silent before a colleague who asked takes over (ms). */
const PAUSE_MS = 2000;
/** Quieter than this is no voice (dBFS). */
const VOICE_DB = -45;

/** Finds the moment between two sentences at which a colleague can take over. */
export class Pause {
  #silentSince = 0;

  /**
   * @param {number} db of one's own microphone
   * @param {boolean} wanted whether anybody waits for it
   * @param {number} nowMs
   * @returns {boolean} whether this is the moment
   */
  add(db, wanted, nowMs) {
    if (!wanted || db > VOICE_DB || this.#silentSince === 0) this.#silentSince = nowMs;
    return wanted && nowMs - this.#silentSince >= PAUSE_MS;
  }
}
