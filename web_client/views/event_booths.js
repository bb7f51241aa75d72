/** Where an event's consultations happen. */

import { say } from '../i18n.js';
import { inPlace } from './cell.js';
import { h } from './dom.js';
import { cell } from './event_participants.js';
import { icon } from './icons.js';

/** @import {EventEdit, EventPage} from '../api.js' */

/** @param {EventPage} page @param {(edit: EventEdit) => Promise<boolean>} edit */
export function boothsPanel(page, edit) {
  const booths = page.booths.map(({ name, venue }) => ({ was: name, name, venue }));
  const put = (/** @type {object[]} */ wanted) => edit({ action: 'change_booths', booths: wanted });
  const rows = booths.map((booth, at) => {
    const change = (/** @type {object} */ values) => void put(booths.map((each, index) => (index === at ? { ...each, ...values } : each)));
    const name = h('input', { value: booth.name, required: true, maxlength: 80 });
    const venue = h('input', { value: booth.venue, maxlength: 120 });
    say(name, 'event.booth_name_of', { name: booth.name }, 'label');
    say(venue, 'event.venue_of', { name: booth.name }, 'label');
    inPlace(name, `booth${at}:name`, (value) => change({ name: value }));
    inPlace(venue, `booth${at}:venue`, (value) => change({ venue: value }));
    const remove = h('button', { type: 'button', class: 'quiet icon-only', 'data-action': 'remove-booth', 'data-cell': `booth${at}:remove`, onclick: () => void put(booths.filter((_, index) => index !== at)) }, icon('close'));
    say(remove, 'event.remove_of', { name: booth.name }, 'label');
    const used = page.consultations.filter((room) => room.booth === booth.name).length;
    return h('tr', { 'data-booth': booth.name }, cell('booth', name), cell('venue', venue), cell('meetings', h('span', { class: 'number' }, String(used))), h('td', { class: 'sheet-end' }, remove));
  });
  const name = h('input', { name: 'booth', required: true, maxlength: 80, 'data-cell': 'new-booth', 'data-t-label': 'event.booth', 'data-t-placeholder': 'event.booth' });
  const venue = h('input', { name: 'venue', maxlength: 120, 'data-cell': 'new-venue', 'data-t-label': 'event.venue', 'data-t-placeholder': 'event.venue' });
  const form = h('form', { class: 'add-booth' }, name, venue, h('button', { class: 'primary', 'data-action': 'add-booth' }, icon('plus'), h('span', { 'data-t': 'event.add_booth' })));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const wanted = [...booths, { was: '', name: name.value, venue: venue.value }];
    name.value = '';
    void put(wanted);
  });
  const head = h('tr', {}, ...['booth', 'venue', 'meetings'].map((column) => h('th', { scope: 'col', 'data-t': `event.${column}` })), h('th', {}, h('span', { class: 'unseen', 'data-t': 'event.remove' })));
  return h('section', { class: 'section' }, h('p', { class: 'hint', 'data-t': 'event.booths_hint' }),
    rows.length > 0 ? h('div', { class: 'sheet-scroll' }, h('table', { class: 'sheet booths' }, h('thead', {}, head), h('tbody', {}, ...rows))) : null, form);
}
