/** How loud everybody is for one listener, and how loudness changes. Pure: a scene in, gains out. */

import { primary } from './captions.js';
import { onChannel, seatOf, serves } from './interpretation.js';

/** @import {Interpretation, Person} from './protocol.js' */

/** The original beneath the interpreter's voice (dB). */
export const DUCKED_DB = -15;
/** Louder than this is a voice (dBFS, peak): the hiss of a headset stays well below. */
const SPEAKING_DB = -42;
/** A click is no voice (ms above it). */
const ONSET_MS = 60;
/** Breath between words and sentences does not bring the original back (ms). */
const HOLD_MS = 1200;
/** Down in a tenth of a second, up in under half a second (dB a second); who was not heard at all is soon heard. */
const FALL_DB_S = 150;
const RISE_DB_S = 40;
const APPEAR_DB_S = 300;
/** Nobody hears what is quieter (dB). */
const FLOOR_DB = -60;

/** Interpretation over a quiet original, interpretation alone, original alone. @typedef {'both' | 'interpretation' | 'original'} Listening */
export const LISTENING = /** @type {const} */ (['both', 'interpretation', 'original']);

/**
 * @typedef {object} Scene
 * @property {readonly Person[]} people
 * @property {Interpretation} interpretation
 * @property {Listening} listening
 * @property {string} channel the language that one listens to
 * @property {ReadonlySet<string>} speaking interpreters who are heard to speak right now
 */

/**
 * @param {Scene} scene
 * @returns {Map<string, number>} person → gain, 0 to 1
 */
export function gains(scene) {
  return new Map(scene.people.map((person) => [person.id, person.role === 'interpreter' ? interpreterGain(person, scene) : originalGain(person, scene)]));
}

/**
 * @param {Omit<Scene, 'speaking'>} scene
 * @returns {string[]} interpreters whose voice makes others quieter here
 */
export function watched({ people, interpretation, listening, channel }) {
  if (listening !== 'both') return [];
  return people.map(({ id }) => id).filter((id) => same(onChannel(interpretation, id) ?? '', channel));
}

/** @param {Person} person @param {Scene} scene */
function interpreterGain({ id }, { interpretation, listening, channel }) {
  if (!seatOf(interpretation, id).air) return 0;
  const into = onChannel(interpretation, id);
  if (into === null) return 1;
  return listening !== 'original' && same(into, channel) ? 1 : 0;
}

/** What is said in one's own language is never made quiet. @param {Person} person @param {Scene} scene */
function originalGain({ speaks }, scene) {
  const { interpretation, listening, channel, speaking } = scene;
  if (listening === 'original' || same(speaks, channel)) return 1;
  if (listening === 'interpretation') return serves(scene, channel) ? 0 : 1;
  return [...speaking].some((id) => same(onChannel(interpretation, id) ?? '', channel)) ? fromDb(DUCKED_DB) : 1;
}

/** @param {string} one @param {string} other */
function same(one, other) {
  return primary(one) === primary(other);
}

/** @param {number} db */
function fromDb(db) {
  return 10 ** (db / 20);
}

/** @param {number} gain */
function toDb(gain) {
  return gain > 0 ? Math.max(FLOOR_DB, 20 * Math.log10(gain)) : FLOOR_DB;
}

/**
 * One step from a gain towards another, even to the ear.
 * @param {number} gain
 * @param {number} target
 * @param {number} elapsedMs
 * @returns {number}
 */
export function approach(gain, target, elapsedMs) {
  const [from, to] = [toDb(gain), toDb(target)];
  const step = ((to < from ? FALL_DB_S : from < DUCKED_DB - 0.1 ? APPEAR_DB_S : RISE_DB_S) * elapsedMs) / 1000;
  return Math.abs(to - from) <= step ? target : fromDb(from + Math.sign(to - from) * step);
}

/** Whether an interpreter is speaking: from the first syllable until a while after the last. */
export class Voice {
  #loudMs = 0;
  #lastMs = -Infinity;

  /**
   * @param {number} db peak of the last piece
   * @param {number} elapsedMs its length
   * @param {number} nowMs
   * @returns {boolean}
   */
  add(db, elapsedMs, nowMs) {
    this.#loudMs = db > SPEAKING_DB ? this.#loudMs + elapsedMs : 0;
    if (this.#loudMs >= ONSET_MS) this.#lastMs = nowMs;
    return nowMs - this.#lastMs < HOLD_MS;
  }
}
