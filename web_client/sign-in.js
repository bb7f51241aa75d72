/** The page of whoever is not signed in: how an organiser gets in, and where guests should go. */

import { startLanguage } from './i18n.js';
import { h } from './views/dom.js';
import { languageSwitch } from './views/language_switch.js';

/** @param {string} pasted the key, or the whole address that the server printed */
function keyOf(pasted) {
  return /[?&]key=([^&\s]+)/.exec(pasted)?.[1] ?? pasted.trim();
}

function view() {
  const key = h('input', { name: 'key', required: true, autocomplete: 'off', spellcheck: 'false', 'data-t-placeholder': 'signin.key' });
  const form = h('form', { class: 'signin-form' }, h('label', { class: 'field' }, h('span', { 'data-t': 'signin.key' }), key),
    h('button', { class: 'primary', 'data-action': 'sign-in', 'data-t': 'signin.go' }));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    location.assign(`/organiser?key=${encodeURIComponent(keyOf(key.value))}`);
  });
  return [
    h('header', { class: 'top' }, h('span', { class: 'brand', 'data-t': 'page.brand' }), languageSwitch()),
    h('main', { class: 'signin' },
      h('section', { class: 'signin-card' }, h('h1', { 'data-t': 'signin.title' }), h('p', { 'data-t': 'signin.explain' }),
        h('pre', {}, h('code', {}, 'Organiser: http://…/organiser?key=…')), form),
      h('section', { class: 'signin-card guests' }, h('h2', { 'data-t': 'signin.guests' }), h('p', { 'data-t': 'signin.guests_more' }))),
  ];
}

await startLanguage();
document.body.replaceChildren(...view());
