/** The last page of a consultation, or the first of one that has not begun: what happened, and what one can do. */

import { has } from '../i18n.js';
import { h } from './dom.js';
import { languageSwitch } from './language_switch.js';

/** Where coming back makes sense. */
const AGAIN = ['left', 'replaced'];

/**
 * @param {string} code of the fatal error, or `left`
 * @param {string} title of the room, where one knows it
 * @returns {HTMLElement}
 */
export function endedView(code, title) {
  const known = has(`ended.${code}`) ? code : 'other';
  const again = h('button', { type: 'button', class: 'primary', 'data-action': 'again', 'data-t': 'ended.again', onclick: () => location.reload() });
  again.hidden = !AGAIN.includes(known);
  return h('main', { class: 'ended', 'data-ended': code },
    h('header', { class: 'join-top' }, h('span', { class: 'brand', 'data-t': 'page.brand' }), languageSwitch()),
    h('section', { class: 'ended-card', role: 'status' },
      title ? h('p', { class: 'ended-room' }, title) : null,
      h('h1', { 'data-t': `ended.${known}` }),
      h('p', { 'data-t': `ended.${known}_more` }),
      known === 'room_not_open' ? h('p', { class: 'waiting-dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i')) : null,
      again));
}
