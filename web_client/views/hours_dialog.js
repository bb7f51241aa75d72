/** When the rooms of an event open and close by themselves. */

import * as api from '../api.js';
import { say } from '../i18n.js';
import { dialog } from './dialog.js';
import { h } from './dom.js';

/** @param {string} name of the event */
export async function hoursDialog(name) {
  const event = await api.event(name);
  const { settings } = event;
  const opens = check('opens_itself', settings.opens_itself);
  const early = minutes('opens_early_min', settings.opens_early_min, 120);
  const closes = check('closes_itself', settings.closes_itself);
  const late = minutes('closes_late_min', settings.closes_late_min, 240);
  const failure = h('p', { class: 'failure', role: 'alert' });
  const save = h('button', { type: 'submit', class: 'primary', 'data-action': 'save', 'data-t': 'hours.save' });
  const form = h('form', { class: 'dialog-body' },
    h('p', { class: 'hint', 'data-t': 'hours.hint' }),
    h('div', { class: 'hours' }, labelled('hours.opens', opens), field('hours.early', early),
      labelled('hours.closes', closes), field('hours.late', late)),
    h('p', { class: 'hint', 'data-t': 'hours.warned' }),
    failure, h('div', { class: 'dialog-foot' }, save));
  const follow = () => {
    early.disabled = !opens.checked;
    late.disabled = !closes.checked;
  };
  form.addEventListener('change', follow);
  follow();
  const shown = dialog('hours.title', form);
  form.addEventListener('submit', async (submitted) => {
    submitted.preventDefault();
    save.disabled = true;
    try {
      await api.changeEvent(event, {
        ...settings, opens_itself: opens.checked, opens_early_min: Number(early.value),
        closes_itself: closes.checked, closes_late_min: Number(late.value),
      });
      shown.close();
    } catch {
      save.disabled = false;
      say(failure, 'error.failed');
    }
  });
}

/** @param {string} name @param {boolean} checked */
function check(name, checked) {
  const box = h('input', { type: 'checkbox', name });
  box.checked = checked;
  return box;
}

/** @param {string} name @param {number} value @param {number} max */
function minutes(name, value, max) {
  return h('input', { type: 'number', name, min: 0, max, required: true, value });
}

/** @param {string} key @param {HTMLInputElement} box */
function labelled(key, box) {
  return h('label', { class: 'check' }, box, h('span', { 'data-t': key }));
}

/** @param {string} key @param {HTMLInputElement} input */
function field(key, input) {
  return h('label', { class: 'field' }, h('span', { 'data-t': key }), input);
}
