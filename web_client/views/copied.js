/** A word on a button that says for a moment whether its text was copied. */

import { copy } from '../clipboard.js';
import { say } from '../i18n.js';

/** So long (ms). */
const SAID_MS = 2500;

/**
 * To be called in the press itself.
 * @param {HTMLElement} word @param {string} key what it says otherwise @param {Promise<string>} text
 */
export async function copyAndSay(word, key, text) {
  const done = await copy(text).catch(() => false);
  say(word, done ? 'people.copied' : 'people.copy_failed');
  setTimeout(() => say(word, key), SAID_MS);
}
