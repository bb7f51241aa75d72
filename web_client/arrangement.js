/** Who is large, who is small. Pure. */

import { isParty } from './state.js';

/** @import {Person} from './protocol.js' */

/**
 * A place on the stage: a person's camera (or the portrait in its stead), or the screen that one shares.
 * @typedef {{person: Person, source: 'camera' | 'screen'}} Tile
 */

/** @typedef {{large: Tile[], small: Tile[]}} Arrangement */

/**
 * The other side is large and oneself small; whoever only looks on sees all parties large. The screen that was shared
 * last takes the large place, an earlier one is small meanwhile; one's own is small, to see what the others see.
 * Interpreters and other listeners are small, and only while they are inside. What somebody chose to see large is large.
 * @param {readonly Person[]} people
 * @param {string | null} you
 * @param {string | null} [chosen] name of a tile
 * @returns {Arrangement}
 */
export function arrange(people, you, chosen = null) {
  const proposed = propose(people, you);
  const wanted = proposed.small.find((tile) => nameOf(tile) === chosen);
  if (!wanted) return proposed;
  const rest = [...proposed.large.filter(({ person }) => person.present), ...proposed.small];
  return { large: [wanted], small: rest.filter((tile) => tile !== wanted).sort(inOrder(you)) };
}

/** @param {Tile} tile @returns {string} the same as long as somebody sends this */
export function nameOf({ person, source }) {
  return `${person.id} ${source}`;
}

/** @param {readonly Person[]} people @param {string | null} you @returns {Arrangement} */
function propose(people, you) {
  const me = people.find((person) => person.id === you) ?? null;
  const parties = people.filter(isParty);
  const faces = parties.filter((person) => opposite(person, me, parties));
  const present = faces.filter((person) => person.present);
  const shown = present.length > 0 ? present : faces.slice(0, 1);
  const rest = people.filter((person) => !shown.includes(person) && isSmall(person, you)).map(camera);
  const screens = people.filter((person) => person.screen && person.present).sort(newerFirst).map(screen);
  const [newest, ...earlier] = screens;
  if (!newest || newest.person.id === you) {
    return { large: shown.map(camera), small: [...rest, ...screens].sort(inOrder(you)) };
  }
  const small = [...shown.filter((person) => person.present).map(camera), ...rest, ...earlier];
  return { large: [newest], small: small.sort(inOrder(you)) };
}

/** @param {Person} person @param {Person | null} me @param {readonly Person[]} parties */
function opposite(person, me, parties) {
  if (!me || !isParty(me)) return true;
  if (person.id === me.id) return false;
  const across = parties.some((other) => other.role !== me.role);
  return !across || person.role !== me.role;
}

/** @param {Person} person @param {string | null} you */
function isSmall(person, you) {
  if (person.id === you) return isParty(person) || person.role === 'interpreter' || person.camera || person.microphone;
  if (!person.present) return false;
  return isParty(person) || person.role === 'interpreter' || person.camera || person.microphone;
}

/** @param {Person} one @param {Person} other */
function newerFirst(one, other) {
  return Date.parse(other.screen_at ?? '') - Date.parse(one.screen_at ?? '') || 0;
}

/** Oneself nearest to the corner, then what is shared, then the other side. @param {string | null} you */
function inOrder(you) {
  return (/** @type {Tile} */ one, /** @type {Tile} */ other) => rank(one, you) - rank(other, you);
}

/** @param {Tile} tile @param {string | null} you */
function rank({ person, source }, you) {
  if (person.id === you) return source === 'camera' ? 0 : 1;
  if (source === 'screen') return 2;
  return person.role === 'interpreter' ? 4 : isParty(person) ? 3 : 5;
}

/** @param {Person} person @returns {Tile} */
function camera(person) {
  return { person, source: 'camera' };
}

/** @param {Person} person @returns {Tile} */
function screen(person) {
  return { person, source: 'screen' };
}
