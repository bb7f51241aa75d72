/** Making one room by hand: a title, a time, who takes part. */

import * as api from '../api.js';
import { pageLocale, say } from '../i18n.js';
import { dialog } from './dialog.js';
import { h, setText } from './dom.js';
import { icon } from './icons.js';
import { languageSelect } from './language_select.js';

const ROLES = ['seller', 'buyer', 'interpreter', 'observer', 'venue'];

/** @param {string} chosen @param {string} language */
function personFields(chosen, language) {
  const role = h('select', { name: 'role', 'data-t-label': 'new.role' }, ...ROLES.map((name) => h('option', { value: name, 'data-t': `role.${name}` })));
  role.value = chosen;
  const remove = h('button', { type: 'button', class: 'quiet icon-only', 'data-action': 'remove-person', 'data-t-label': 'new.remove_person' }, icon('close'));
  const element = h('fieldset', { class: 'new-person' }, role,
    h('input', { name: 'name', required: true, maxlength: 80, 'data-t-placeholder': 'new.name', 'data-t-label': 'new.name' }),
    h('input', { name: 'company', maxlength: 120, 'data-t-placeholder': 'new.company', 'data-t-label': 'new.company' }),
    languageSelect(language, { name: 'language', 'data-t-label': 'new.language' }), remove);
  remove.addEventListener('click', () => element.remove());
  return element;
}

/** @param {HTMLElement} fields */
function personOf(fields) {
  const value = (/** @type {string} */ name) => {
    const control = fields.querySelector(`[name="${name}"]`);
    return control instanceof HTMLInputElement || control instanceof HTMLSelectElement ? control.value.trim() : '';
  };
  const language = value('language');
  return { role: value('role'), name: value('name'), company: value('company'), speaks: language, reads: language };
}

/** Shows the form; the room appears in the list by itself. */
export function newRoom() {
  const title = h('input', { name: 'title', required: true, maxlength: 200 });
  const starts = h('input', { name: 'starts', type: 'datetime-local' });
  const minutes = h('input', { name: 'minutes', type: 'number', min: 1, max: 1440, value: 30, required: true });
  const home = pageLocale();
  const people = h('div', { class: 'new-people' }, personFields('seller', 'ko'), personFields('buyer', home === 'ko' ? 'zh-Hans' : home));
  const add = h('button', { type: 'button', 'data-action': 'add-person', onclick: () => people.append(personFields('interpreter', home)) }, icon('plus'), h('span', { 'data-t': 'new.add_person' }));
  const failure = h('p', { class: 'failure', role: 'alert' });
  const submit = h('button', { class: 'primary', 'data-action': 'create', 'data-t': 'new.create' });
  const form = h('form', { class: 'dialog-body new-room' },
    field('new.title', title),
    h('div', { class: 'pair' }, field('new.starts', starts), field('new.minutes', minutes)),
    h('p', { class: 'field' }, h('span', { 'data-t': 'new.people' })), people, add, failure,
    h('div', { class: 'dialog-foot' }, submit));
  const shown = dialog('new.heading', form);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await api.createRoom({
        title: title.value,
        starts_at: starts.value ? new Date(starts.value).toISOString() : null,
        duration_min: Number(minutes.value),
        people: [...people.children].map((fields) => personOf(/** @type {HTMLElement} */ (fields))),
      });
      shown.close();
    } catch (error) {
      submit.disabled = false;
      if (error instanceof api.ApiError && error.message) setText(failure, [error.field, error.message].filter(Boolean).join(': '));
      else say(failure, 'error.failed');
    }
  });
}

/** @param {string} key @param {HTMLElement} control */
function field(key, control) {
  return h('label', { class: 'field' }, h('span', { 'data-t': key }), control);
}
