/** Who is large, who is small. Pure. */

import { isParty } from './state.js';

/** @import {Person} from './protocol.js' */

/**
 * A place on the stage: a person's camera (or the portrait in its stead), or the screen that one shares.
 * @typedef {{person: Person, source: 'camera' | 'screen'}} Tile
 */

/**
 * The other side is large and oneself small; whoever only looks on sees all parties large. A shared screen takes the
 * large place. Interpreters and other listeners are small, and only while they are inside.
 * @param {readonly Person[]} people
 * @param {string | null} you
 * @returns {{large: Tile[], small: Tile[]}}
 */
export function arrange(people, you) {
  const me = people.find((person) => person.id === you) ?? null;
  const screens = people.filter((person) => person.present && person.screen && person.id !== you);
  const parties = people.filter(isParty);
  const large = parties.filter((person) => opposite(person, me, parties));
  const present = large.filter((person) => person.present);
  const shown = present.length > 0 ? present : large.slice(0, 1);
  const rest = people.filter((person) => !shown.includes(person) && isSmall(person, you));
  rest.sort((one, other) => rank(one, you) - rank(other, you));
  if (screens.length > 0) {
    return { large: screens.map(screen), small: [...shown.filter((person) => person.present), ...rest].map(camera) };
  }
  return { large: shown.map(camera), small: rest.map(camera) };
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

/** Oneself nearest to the corner, then the interpreter. @param {Person} person @param {string | null} you */
function rank(person, you) {
  if (person.id === you) return 0;
  return person.role === 'interpreter' ? 1 : 2;
}

/** @param {Person} person @returns {Tile} */
function camera(person) {
  return { person, source: 'camera' };
}

/** @param {Person} person @returns {Tile} */
function screen(person) {
  return { person, source: 'screen' };
}
