/** Who takes part in an event, by role: names, languages and mail in place, everything else in a dialog. */

import { languageSelect } from './language_select.js';
import { say } from '../i18n.js';
import { inPlace } from './cell.js';
import { h } from './dom.js';
import { PLACED, fullName } from './event_consultations.js';
import { icon } from './icons.js';
import { participantDialog } from './participant_dialog.js';
import { dataTools } from './personal_data.js';

/** @import {EventEdit, EventPage, Named, ParticipantShown} from '../api.js' */
/** @typedef {(edit: EventEdit) => Promise<boolean>} Edit */

const COLUMNS = ['company', 'name', 'language', 'email', 'meetings'];

/** @param {EventPage} page @param {Edit} edit */
export function participantsPanel(page, edit) {
  const lists = PLACED.map((role) => {
    const people = page.participants.filter((one) => one.role === role);
    const add = h('button', { type: 'button', 'data-action': `add-${role}`, onclick: () => participantDialog(page, edit, role, null) }, icon('plus'), h('span', { 'data-t': `event.add_${role}` }));
    const head = h('tr', {}, ...COLUMNS.map((name) => h('th', { scope: 'col', 'data-t': `event.${name}` })), h('th', {}, h('span', { class: 'unseen', 'data-t': 'event.more' })));
    const table = h('div', { class: 'sheet-scroll' }, h('table', { class: 'sheet participants' }, h('thead', {}, head), h('tbody', {}, ...people.map((one) => row(one, page, edit)))));
    const empty = h('p', { class: 'hint', 'data-t': `event.no_${role}` });
    return h('section', { class: 'section' }, h('div', { class: 'section-head' }, h('h2', { 'data-t': `event.${role}_list` }), add), people.length > 0 ? table : empty);
  });
  return h('div', {}, ...lists, page.former.length > 0 ? former(page.former) : null);
}

/** Who was taken off the list, while anything is kept of them. @param {readonly Named[]} people */
function former(people) {
  const lines = people.map((one) => h('li', { 'data-former': one.id }, h('span', { class: 'former-name' }, fullName(one), ' ', h('span', { class: 'hint', 'data-t': `role.${one.role}` })), h('span', { class: 'former-tools' }, ...dataTools(one))));
  return h('section', { class: 'section' }, h('div', { class: 'section-head' }, h('h2', { 'data-t': 'event.former_list' })), h('p', { class: 'hint', 'data-t': 'event.former_hint' }), h('ul', { class: 'former' }, ...lines));
}

/** @param {ParticipantShown} one @param {EventPage} page @param {Edit} edit */
function row(one, page, edit) {
  const change = (/** @type {object} */ values) => void edit({ action: 'change_participant', id: one.id, change: values });
  const who = one.company || one.name;
  const text = (/** @type {'company' | 'name' | 'email'} */ name, /** @type {Record<string, import('./dom.js').Attribute>} */ more) => {
    const input = h('input', { value: one[name], ...more });
    say(input, `event.${name}_of`, { name: who }, 'label');
    return inPlace(input, `${one.id}:${name}`, (value) => change({ [name]: value }));
  };
  const language = languageSelect(one.speaks, {});
  say(language, 'event.language_of', { name: who }, 'label');
  // Who reads what they speak goes on doing so.
  inPlace(language, `${one.id}:language`, (speaks) => change(one.reads === one.speaks ? { speaks, reads: speaks } : { speaks }));
  const meetings = page.consultations.filter(({ people }) => people.some(({ participant }) => participant === one.id)).length;
  const details = h('button', { type: 'button', class: 'quiet', 'data-action': 'participant', 'data-cell': `${one.id}:more`, onclick: () => participantDialog(page, edit, one.role, one) }, icon('edit'), h('span', { 'data-t': 'event.more' }));
  say(details, 'event.more_of', { name: who }, 'label');
  const remove = h('button', { type: 'button', class: 'quiet icon-only', 'data-action': 'remove-participant', 'data-cell': `${one.id}:remove`, onclick: () => void edit({ action: 'remove_participant', id: one.id }) }, icon('close'));
  say(remove, 'event.remove_of', { name: who }, 'label');
  return h('tr', { 'data-participant': one.id },
    cell('company', text('company', { maxlength: 120 })), cell('name', text('name', { maxlength: 80, required: true })), cell('language', language),
    cell('email', text('email', { type: 'email', maxlength: 254 })), cell('meetings', h('span', { class: 'number' }, String(meetings))),
    h('td', { class: 'sheet-end' }, details, remove));
}

/** @param {string} name @param {HTMLElement} content */
export function cell(name, content) {
  return h('td', { 'data-column': name }, h('span', { class: 'cell-name', 'aria-hidden': 'true', 'data-t': `event.${name}` }), content);
}
