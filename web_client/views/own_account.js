/** One's own name, password and one-time codes. */

import * as api from '../api.js';
import { say } from '../i18n.js';
import { dialog } from './dialog.js';
import { h } from './dom.js';

/** @import {Me} from '../api.js' */

const REFUSALS = ['wrong_password', 'wrong_code', 'invalid_body'];

/**
 * A form whose button waits for the answer and which says what went wrong.
 * @param {string} action
 * @param {(HTMLElement | null)[]} fields
 * @param {() => Promise<unknown>} act
 */
export function smallForm(action, fields, act) {
  const said = h('p', { role: 'status', class: 'form-said' });
  const go = h('button', { class: 'primary', 'data-action': action, 'data-t': `accounts.${action.replaceAll('-', '_')}` });
  const form = h('form', { class: 'account-form' }, ...fields, said, h('div', { class: 'dialog-foot' }, go));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    go.disabled = true;
    try {
      await act();
      say(said, 'accounts.saved');
      form.reset();
    } catch (error) {
      const code = error instanceof api.ApiError ? error.code : '';
      say(said, REFUSALS.includes(code) || code === 'login_taken' || code === 'last_administrator' ? `accounts.${code}` : 'error.failed');
    }
    go.disabled = false;
  });
  return form;
}

/** @param {string} name @param {Record<string, string | number | boolean>} [more] */
export function field(name, more = {}) {
  const input = h('input', { name, required: true, ...more });
  return { input, element: h('label', { class: 'field' }, h('span', { 'data-t': `accounts.field_${name}` }), input) };
}

/** @param {Me} me */
export function ownAccount(me) {
  const role = h('p', { class: 'hint' });
  say(role, `accounts.role_${me.role}`);
  const head = [h('h2', {}, me.name), role];
  if (!me.login) return h('section', { class: 'account-card' }, ...head, h('p', { 'data-t': 'accounts.by_key' }));
  const old = field('old', { type: 'password', autocomplete: 'current-password' });
  const fresh = field('new', { type: 'password', autocomplete: 'new-password', minlength: 10 });
  return h('section', { class: 'account-card' }, ...head,
    h('details', {}, h('summary', { 'data-t': 'accounts.password' }),
      smallForm('change-password', [old.element, fresh.element], () => api.changePassword(old.input.value, fresh.input.value))),
    codes(me));
}

/** @param {Me} me */
function codes(me) {
  const button = h('button', { type: 'button', 'data-action': me.codes ? 'drop-codes' : 'offer-codes', 'data-t': me.codes ? 'accounts.drop_codes' : 'accounts.offer_codes' });
  button.addEventListener('click', () => void (me.codes ? api.dropCodes().then(() => location.reload()) : offer()));
  return h('div', { class: 'account-codes' }, h('p', { 'data-t': me.codes ? 'accounts.codes_on' : 'accounts.codes_off' }), button);
}

async function offer() {
  const { secret, uri, qr_svg } = await api.offerCodes();
  const image = h('img', { class: 'qr', src: `data:image/svg+xml,${encodeURIComponent(qr_svg)}`, width: 240, height: 240, 'data-t-label': 'accounts.qr' });
  const code = field('code', { inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 8 });
  const form = smallForm('keep-codes', [code.element], async () => {
    await api.keepCodes(secret, code.input.value);
    location.reload();
  });
  dialog('accounts.offer_codes', h('div', { class: 'dialog-body' }, h('p', { 'data-t': 'accounts.scan' }),
    h('a', { href: uri }, image), h('code', { class: 'secret' }, secret), form));
  code.input.focus();
}
