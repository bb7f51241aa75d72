/** Everybody who signs in, for administrators. */

import * as api from '../api.js';
import { say } from '../i18n.js';
import { dialog } from './dialog.js';
import { h, setAttribute } from './dom.js';
import { field, smallForm } from './own_account.js';

/** @import {User} from '../api.js' */

const ROLES = /** @type {const} */ (['desk', 'organiser', 'administrator']);

/** @param {string} value */
function roleSelect(value) {
  const select = h('select', { name: 'role' }, ...ROLES.map((role) => h('option', { value: role, 'data-t': `accounts.role_${role}` })));
  select.value = value;
  return select;
}

export function usersCard() {
  const list = h('ul', { class: 'users' });
  const show = async () => list.replaceChildren(...(await api.users()).map((user) => row(user, show)));
  const add = h('button', { type: 'button', 'data-action': 'add-user', 'data-t': 'accounts.add_user', onclick: () => addUser(show) });
  void show();
  return h('section', { class: 'account-card' }, h('div', { class: 'section-head' }, h('h2', { 'data-t': 'accounts.users' }), add), list);
}

/** @param {User} user @param {() => Promise<void>} again */
function row(user, again) {
  const role = roleSelect(user.role);
  say(role, 'accounts.role_of', { name: user.name }, 'label');
  const refused = h('p', { class: 'failure', role: 'alert' });
  const change = async (/** @type {object} */ wanted) => {
    try {
      await api.changeUser(user.id, wanted);
      await again();
    } catch (error) {
      role.value = user.role;
      say(refused, error instanceof api.ApiError && error.code === 'last_administrator' ? 'accounts.last_administrator' : 'error.failed');
    }
  };
  role.addEventListener('change', () => void change({ role: role.value }));
  const password = h('button', { type: 'button', class: 'quiet', 'data-action': 'new-password', 'data-t': 'accounts.new_password', onclick: () => newPassword(user, again) });
  const disable = h('button', { type: 'button', class: 'quiet', 'data-action': user.disabled ? 'enable-user' : 'disable-user', 'data-t': user.disabled ? 'accounts.enable' : 'accounts.disable', onclick: () => void change({ disabled: !user.disabled }) });
  const element = h('li', { class: 'user', 'data-user': user.id },
    h('div', {}, h('strong', {}, user.name), h('span', { class: 'hint' }, user.login), user.codes ? h('span', { class: 'badge', 'data-t': 'accounts.has_codes' }) : null),
    role, h('div', { class: 'person-actions' }, password, disable), refused);
  setAttribute(element, 'data-disabled', user.disabled);
  return element;
}

/** @param {() => Promise<void>} again */
function addUser(again) {
  const login = field('login', { autocomplete: 'off', autocapitalize: 'none' });
  const name = field('name', { autocomplete: 'off' });
  const password = field('password', { type: 'password', autocomplete: 'new-password', minlength: 10 });
  const role = roleSelect('organiser');
  const form = smallForm('create-user', [login.element, name.element, password.element, h('label', { class: 'field' }, h('span', { 'data-t': 'accounts.field_role' }), role)], async () => {
    await api.createUser({ login: login.input.value, name: name.input.value, role: role.value, password: password.input.value });
    await again();
    opened.close();
  });
  const opened = dialog('accounts.add_user', h('div', { class: 'dialog-body' }, form));
  login.input.focus();
}

/** @param {User} user @param {() => Promise<void>} again */
function newPassword(user, again) {
  const password = field('password', { type: 'password', autocomplete: 'new-password', minlength: 10 });
  const drop = h('input', { type: 'checkbox', name: 'drop_codes' });
  const lost = user.codes ? h('label', { class: 'check' }, drop, h('span', { 'data-t': 'accounts.lost_phone' })) : null;
  const form = smallForm('set-password', [password.element, lost], async () => {
    await api.changeUser(user.id, { password: password.input.value, drop_codes: drop.checked });
    await again();
    opened.close();
  });
  const opened = dialog('accounts.new_password', h('div', { class: 'dialog-body' }, h('p', { class: 'hint' }, `${user.name} · ${user.login}`), form));
  password.input.focus();
}
