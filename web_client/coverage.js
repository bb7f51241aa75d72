/** What the loaded models leave out in this room: languages that are not heard, and those that reach me untranslated. */

import { primary } from './captions.js';
import { self } from './state.js';

/** @import {RoomView} from './state.js' */

/** Those who are there to speak. */
const SPEAKERS = new Set(['seller', 'buyer', 'interpreter']);

/**
 * @param {RoomView} state
 * @returns {string[]} languages that somebody here speaks and no model recognises
 */
export function unheard(state) {
  if (state.transcription.state !== 'ready') return [];
  return spoken(state).filter((tag) => !hears(state, tag));
}

/**
 * @param {RoomView} state
 * @returns {string[]} languages that are recognised here, but not translated into the one that I read
 */
export function untranslated(state) {
  const reads = self(state)?.reads;
  if (!reads || state.transcription.state !== 'ready') return [];
  return spoken(state).filter((tag) => primary(tag) !== primary(reads) && hears(state, tag)
    && !state.transcription.routes.some(({ source, target }) => primary(source) === primary(tag) && primary(target) === primary(reads)));
}

/** @param {RoomView} state @returns {string[]} */
function spoken(state) {
  return [...new Set(state.people.filter(({ role }) => SPEAKERS.has(role)).map(({ speaks }) => speaks))];
}

/** @param {RoomView} state @param {string} tag */
function hears(state, tag) {
  return state.transcription.languages.some((known) => primary(known) === primary(tag));
}
