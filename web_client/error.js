/** What went wrong with an address, in the reader's language; the server puts the code into the page. */

import { has, startLanguage } from './i18n.js';
import { endedView } from './views/ended.js';
import { h } from './views/dom.js';
import { languageSwitch } from './views/language_switch.js';

/** @param {string} code */
function view(code) {
  const known = has(`error.${code}`) ? code : 'internal';
  return h('main', { class: 'ended', 'data-ended': code },
    h('header', { class: 'join-top' }, h('span', { class: 'brand', 'data-t': 'page.brand' }), languageSwitch()),
    h('section', { class: 'ended-card' }, h('h1', { 'data-t': `error.${known}` }), h('p', { 'data-t': `error.${known}_more` })));
}

await startLanguage();
const code = document.body.dataset['code'] || 'not_found';
document.body.replaceChildren(has(`ended.${code}`) ? endedView(code, '') : view(code));
