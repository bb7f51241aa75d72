/** What one listens to: the interpreter, the original or both, and in which language; kept by the browser. */

import { recall, remember } from './preferences.js';
import { LISTENING } from './mixing.js';

/** @import {Listening as Choice} from './mixing.js' */
/** @import {Person} from './protocol.js' */

export class Listening {
  /** @type {string} empty: the language in which one reads captions */ channel = '';
  /** Subtitles show what the interpreter says instead of the machine's translation. */
  words = recall('listening.words') === 'on';

  /** Interpreters listen to the speakers unless they work from a colleague's words. @param {Person | null} me @returns {Choice} */
  choice(me) {
    const chosen = LISTENING.find((known) => known === recall(keyFor(me)));
    return chosen ?? (me?.role === 'interpreter' ? 'original' : 'both');
  }

  /** @param {Person | null} me @param {Choice} choice */
  choose(me, choice) {
    remember(keyFor(me), choice);
  }

  /** @param {Person | null} me @returns {string} */
  language(me) {
    return this.channel || (me?.reads ?? 'en');
  }

  /** @param {boolean} words */
  showWords(words) {
    this.words = words;
    remember('listening.words', words ? 'on' : 'off');
  }
}

/** @param {Person | null} me */
function keyFor(me) {
  return me?.role === 'interpreter' ? 'listening.interpreter' : 'listening';
}
