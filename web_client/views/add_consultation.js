/** A new consultation of an event. */

import { instantOf, wallOf } from '../zoned.js';
import { labelled } from './cell.js';
import { dialog } from './dialog.js';
import { h } from './dom.js';
import { PLACED, personSelect } from './event_consultations.js';

/** @import {EventEdit, EventPage} from '../api.js' */

/** @param {EventPage} page @param {(edit: EventEdit) => Promise<boolean>} edit */
export function addConsultation(page, edit) {
  const last = page.consultations.filter(({ starts_at }) => starts_at).at(-1);
  const zone = page.event.time_zone;
  const after = last?.starts_at ? wallOf(new Date(Date.parse(last.starts_at) + last.duration_min * 60_000).toISOString(), zone) : null;
  const date = h('input', { type: 'date', name: 'date', required: true, value: after?.date ?? page.event.starts_on ?? wallOf(new Date().toISOString(), zone).date });
  const time = h('input', { type: 'time', name: 'time', required: true, value: after?.time ?? '09:00' });
  const minutes = h('input', { type: 'number', name: 'minutes', required: true, min: 1, max: 1440, value: last?.duration_min ?? 30 });
  const booth = h('select', { name: 'booth' }, ...['', ...page.booths.map(({ name }) => name)].map((name) => h('option', { value: name }, name || '–')));
  const people = Object.fromEntries(PLACED.map((role) => [role, personSelect(page.participants.filter((one) => one.role === role), '', null)]));
  for (const [role, select] of Object.entries(people)) select.name = role;
  const failure = h('p', { class: 'failure', role: 'alert' });
  failure.hidden = true;
  const form = h('form', { class: 'dialog-body' },
    h('div', { class: 'pair' }, labelled('event.date', date), labelled('event.time', time)),
    h('div', { class: 'pair' }, labelled('event.minutes', minutes), labelled('event.booth', booth)),
    ...PLACED.map((role) => labelled(`event.${role}`, people[role] ?? h('span'))),
    failure, h('div', { class: 'dialog-foot' }, h('button', { class: 'primary', 'data-action': 'create-consultation', 'data-t': 'event.add' })));
  const shown = dialog('event.add_consultation', form);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const starts_at = instantOf({ date: date.value, time: time.value }, zone);
    const places = Object.fromEntries(Object.entries(people).map(([role, select]) => [role, select.value ? [select.value] : []]));
    if (!starts_at) return;
    const taken = await edit({ action: 'add_room', starts_at, duration_min: Number(minutes.value), booth: booth.value, places });
    if (taken) shown.close();
    else {
      failure.hidden = false;
      failure.replaceChildren(...[...document.querySelectorAll('.edit-said > *')].map((node) => node.cloneNode(true)));
    }
  });
}
