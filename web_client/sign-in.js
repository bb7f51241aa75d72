/** The page of whoever is not signed in: with a password, or with the key that the server printed; and where guests should go. */

import { ApiError, signIn } from './api.js';
import { say, startLanguage } from './i18n.js';
import { h } from './views/dom.js';
import { languageSwitch } from './views/language_switch.js';

const REFUSALS = ['wrong_password', 'wrong_code', 'code_needed', 'rate_limited', 'unreachable'];

/** @param {string} pasted the key, or the whole address that the server printed */
function keyOf(pasted) {
  return /[?&]key=([^&\s]+)/.exec(pasted)?.[1] ?? pasted.trim();
}

function withPassword() {
  const login = h('input', { name: 'login', required: true, autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false' });
  const password = h('input', { name: 'password', type: 'password', required: true, autocomplete: 'current-password' });
  const code = h('input', { name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 8 });
  const codeField = h('label', { class: 'field' }, h('span', { 'data-t': 'signin.code' }), code);
  const refusal = h('p', { class: 'failure', role: 'alert' });
  const go = h('button', { class: 'primary', 'data-action': 'sign-in', 'data-t': 'signin.go' });
  codeField.hidden = true;
  const form = h('form', { class: 'signin-fields' },
    h('label', { class: 'field' }, h('span', { 'data-t': 'signin.login' }), login),
    h('label', { class: 'field' }, h('span', { 'data-t': 'signin.password' }), password), codeField, refusal, go);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    go.disabled = true;
    try {
      await signIn(login.value, password.value, codeField.hidden ? null : code.value);
      location.assign('/organiser');
    } catch (error) {
      const reason = error instanceof ApiError ? error.code : 'failed';
      if (reason === 'code_needed') {
        codeField.hidden = false;
        code.required = true;
        code.focus();
        refusal.replaceChildren();
      } else say(refusal, REFUSALS.includes(reason) ? `signin.${reason}` : 'error.failed');
    }
    go.disabled = false;
  });
  return form;
}

function withKey() {
  const key = h('input', { name: 'key', required: true, autocomplete: 'off', spellcheck: 'false', 'data-t-placeholder': 'signin.key' });
  const form = h('form', { class: 'signin-form' }, h('label', { class: 'field' }, h('span', { 'data-t': 'signin.key' }), key),
    h('button', { 'data-action': 'use-key', 'data-t': 'signin.go' }));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    location.assign(`/organiser?key=${encodeURIComponent(keyOf(key.value))}`);
  });
  return form;
}

function view() {
  return [
    h('header', { class: 'top' }, h('span', { class: 'brand', 'data-t': 'page.brand' }), languageSwitch()),
    h('main', { class: 'signin' },
      h('section', { class: 'signin-card' }, h('h1', { 'data-t': 'signin.title' }), withPassword(),
        h('details', {}, h('summary', { 'data-t': 'signin.with_key' }), h('p', { 'data-t': 'signin.explain' }),
          h('pre', {}, h('code', {}, 'Organiser: http://…/organiser?key=…')), withKey())),
      h('section', { class: 'signin-card guests' }, h('h2', { 'data-t': 'signin.guests' }), h('p', { 'data-t': 'signin.guests_more' }))),
  ];
}

await startLanguage();
document.body.replaceChildren(...view());
