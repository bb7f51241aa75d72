/** Inside of another app the way to a real browser comes first. */

import { embeddedIn, outside } from '../embedded.js';
import { say, t } from '../i18n.js';
import { copyAndSay } from './copied.js';
import { h } from './dom.js';

/** @returns {HTMLElement | null} null in a browser */
export function embeddedNotice() {
  const app = embeddedIn(navigator.userAgent);
  if (!app) return null;
  const words = h('span');
  say(words, 'join.embedded', { app: t(`app.${app}`) });
  const way = outside(app, location.href, navigator.userAgent);
  const word = h('span', { 'data-t': 'people.copy' });
  const copied = h('button', { type: 'button', 'data-action': 'copy-address' }, word);
  copied.addEventListener('click', () => void copyAndSay(word, 'people.copy', Promise.resolve(location.href)));
  return h('div', { class: 'notice embedded', 'data-embedded': app }, words,
    way ? h('a', { class: 'button', href: way, 'data-action': 'outside', 'data-t': 'join.embedded_open' }) : h('strong', { 'data-t': 'join.embedded_menu' }), copied);
}
