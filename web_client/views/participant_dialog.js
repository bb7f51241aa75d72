/** Everything known of a participant: added as a whole, or changed as a whole. */

import { choices } from '../languages.js';
import { languageName } from '../i18n.js';
import { instantOf, wallOf } from '../zoned.js';
import { labelled } from './cell.js';
import { dialog } from './dialog.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { languageSelect } from './language_select.js';
import { personalData } from './personal_data.js';
import { zoneInput } from './zone_input.js';

/** @import {EventEdit, EventPage, ParticipantShown} from '../api.js' */

/**
 * @param {EventPage} page
 * @param {(edit: EventEdit) => Promise<boolean>} edit
 * @param {string} role
 * @param {ParticipantShown | null} one null for a new one
 */
export function participantDialog(page, edit, role, one) {
  const text = (/** @type {string} */ name, /** @type {string} */ value, /** @type {Record<string, import('./dom.js').Attribute>} */ more = {}) => h('input', { name, value, ...more });
  const company = text('company', one?.company ?? '', { maxlength: 120 });
  const name = text('name', one?.name ?? '', { maxlength: 80, required: true });
  const speaks = languageSelect(one?.speaks ?? (role === 'buyer' ? 'zh-Hans' : 'ko'), { name: 'speaks' });
  const reads = languageSelect(one?.reads ?? (role === 'buyer' ? 'zh-Hans' : 'ko'), { name: 'reads' });
  if (!one) speaks.addEventListener('change', () => (reads.value = speaks.value));
  const email = text('email', one?.email ?? '', { type: 'email', maxlength: 254 });
  const zone = zoneInput('zone', one?.time_zone ?? '');
  const profile = one?.profile ?? { languages: [], hours: [], products: '', categories: [], website: '', notes: '', documents: [] };
  const languages = languageChecks(profile.languages, one?.speaks ?? 'ko');
  const hours = rows('hours', profile.hours.map((each) => hoursRow(each, page.event.time_zone)), () => hoursRow(null, page.event.time_zone, page.event.starts_on));
  const documents = rows('documents', profile.documents.map(documentRow), () => documentRow({ title: '', url: '' }));
  const products = h('textarea', { name: 'products', rows: 2, maxlength: 2000 });
  products.value = profile.products;
  const website = text('website', profile.website, { maxlength: 300, inputmode: 'url' });
  const notes = h('textarea', { name: 'notes', rows: 2, maxlength: 2000 });
  notes.value = profile.notes;
  const failure = h('p', { class: 'failure', role: 'alert' });
  failure.hidden = true;
  const interprets = role === 'interpreter';
  const form = h('form', { class: 'dialog-body' },
    h('div', { class: 'pair' }, labelled('event.company', company), labelled('event.name', name)),
    h('div', { class: 'pair' }, labelled('event.speaks', speaks), labelled('event.reads', reads)),
    h('div', { class: 'pair' }, labelled('event.email', email), labelled('event.zone', zone)),
    interprets ? languages.element : null, interprets ? hours.element : null,
    interprets ? null : labelled('event.products', products), interprets ? null : labelled('event.website', website),
    documents.element, labelled('event.notes', notes), failure, one ? personalData(one) : null,
    h('div', { class: 'dialog-foot' }, h('button', { class: 'primary', 'data-action': one ? 'save-participant' : 'create-participant', 'data-t': one ? 'event.save' : 'event.add' })));
  const shown = dialog(one ? 'event.participant' : `event.add_${role}`, form);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const change = {
      company: company.value, name: name.value, speaks: speaks.value, reads: reads.value, email: email.value, time_zone: zone.value || (one ? '' : null),
      profile: {
        ...profile, products: products.value, website: website.value, notes: notes.value,
        languages: interprets ? languages.value() : profile.languages,
        hours: interprets ? hours.elements().flatMap((row) => hoursOf(row, page.event.time_zone)) : profile.hours,
        documents: documents.elements().map((row) => ({ title: valueOf(row, 'title'), url: valueOf(row, 'url') })),
      },
    };
    const taken = await edit(one ? { action: 'change_participant', id: one.id, change } : { action: 'add_participant', participant: { role, ...change } });
    if (taken) shown.close();
    else {
      failure.hidden = false;
      failure.replaceChildren(...[...document.querySelectorAll('.edit-said > *')].map((node) => node.cloneNode(true)));
    }
  });
  (one ? name : company).focus();
}

/** @param {readonly string[]} chosen @param {string} own */
function languageChecks(chosen, own) {
  const boxes = choices(...chosen, own).map((tag) => h('input', { type: 'checkbox', value: tag }));
  for (const box of boxes) box.checked = chosen.includes(box.value);
  const element = h('fieldset', { class: 'field checks' }, h('legend', { 'data-t': 'event.languages' }),
    ...boxes.map((box) => h('label', { class: 'check' }, box, h('span', {}, languageName(box.value)))));
  return { element, value: () => boxes.filter(({ checked }) => checked).map(({ value }) => value) };
}

/**
 * A list that grows and shrinks.
 * @param {'hours' | 'documents'} name
 * @param {HTMLElement[]} first
 * @param {() => HTMLElement} more
 */
function rows(name, first, more) {
  const list = h('div', { class: 'dialog-rows' }, ...first);
  const add = h('button', { type: 'button', 'data-action': `add-${name}` }, icon('plus'), h('span', { 'data-t': `event.add_${name}` }));
  add.addEventListener('click', () => {
    const row = more();
    list.append(row);
    row.querySelector('input')?.focus();
  });
  const element = h('fieldset', { class: 'field' }, h('legend', { 'data-t': `event.${name}` }), h('p', { class: 'hint', 'data-t': `event.${name}_hint` }), list, add);
  return { element, elements: () => /** @type {HTMLElement[]} */ ([...list.children]) };
}

/** @param {HTMLElement} row @returns {HTMLButtonElement} */
function removeButton(row) {
  return h('button', { type: 'button', class: 'quiet icon-only', 'data-action': 'remove-row', 'data-t-label': 'event.remove', onclick: () => row.remove() }, icon('close'));
}

/** @param {{title: string, url: string}} document */
function documentRow({ title, url }) {
  const row = h('div', { class: 'dialog-row' },
    h('input', { name: 'title', value: title, required: true, maxlength: 200, 'data-t-label': 'event.document_title', 'data-t-placeholder': 'event.document_title' }),
    h('input', { name: 'url', value: url, required: true, type: 'url', pattern: 'https?://.+', maxlength: 1000, placeholder: 'https://…', 'data-t-label': 'event.document_url' }));
  row.append(removeButton(row));
  return row;
}

/** @param {{starts_at: string, ends_at: string} | null} hours @param {string} zone @param {string | null} [day] */
function hoursRow(hours, zone, day) {
  const start = hours ? wallOf(hours.starts_at, zone) : { date: day ?? '', time: '09:00' };
  const end = hours ? wallOf(hours.ends_at, zone) : { date: '', time: '18:00' };
  const row = h('div', { class: 'dialog-row hours' },
    h('input', { name: 'day', type: 'date', value: start.date, required: true, 'data-t-label': 'event.date' }),
    h('input', { name: 'from', type: 'time', value: start.time, required: true, 'data-t-label': 'event.from' }),
    h('input', { name: 'to', type: 'time', value: end.time, required: true, 'data-t-label': 'event.to' }));
  row.append(removeButton(row));
  return row;
}

/** @param {HTMLElement} row @param {string} zone @returns {{starts_at: string, ends_at: string}[]} */
function hoursOf(row, zone) {
  const date = valueOf(row, 'day');
  const [starts_at, ends_at] = ['from', 'to'].map((name) => instantOf({ date, time: valueOf(row, name) }, zone));
  return starts_at && ends_at ? [{ starts_at, ends_at }] : [];
}

/** @param {HTMLElement} row @param {string} name */
function valueOf(row, name) {
  const input = row.querySelector(`[name="${name}"]`);
  return input instanceof HTMLInputElement ? input.value : '';
}
