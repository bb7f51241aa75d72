/** All events, the latest first, and making one. */

import * as api from '../api.js';
import { say } from '../i18n.js';
import { dialog } from './dialog.js';
import { labelled } from './cell.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { attempt } from './schedule.js';

export async function eventsList() {
  const events = await api.events();
  const rows = events.map(({ name, starts_on, ends_on, rooms, participants }) => {
    const facts = h('span', { class: 'hint' });
    say(facts, 'event.counts', { rooms, participants });
    const dates = [...new Set([starts_on, ends_on])].filter(Boolean).join(' – ');
    return h('li', { class: 'event-row' }, h('a', { href: `/organiser/events/${encodeURIComponent(name)}`, 'data-action': 'edit-event' }, h('strong', {}, name)), h('span', { class: 'hint' }, dates), facts);
  });
  return h('main', { class: 'organiser' },
    h('div', { class: 'organiser-head' }, h('h1', { 'data-t': 'event.all' }),
      h('div', { class: 'organiser-actions' }, h('button', { type: 'button', 'data-needs': 'organiser', 'data-action': 'new-event', onclick: newEvent }, icon('plus'), h('span', { 'data-t': 'event.new' })))),
    rows.length > 0 ? h('ul', { class: 'rows' }, ...rows) : h('p', { class: 'board-empty', 'data-t': 'event.none' }));
}

function newEvent() {
  const name = h('input', { name: 'name', required: true, maxlength: 200 });
  const report = h('div', { class: 'report', role: 'status' });
  const form = h('form', { class: 'dialog-body' }, labelled('event.event_name', name), report,
    h('div', { class: 'dialog-foot' }, h('button', { class: 'primary', 'data-action': 'create-event', 'data-t': 'new.create' })));
  form.addEventListener('submit', (submitted) => {
    submitted.preventDefault();
    const wanted = name.value.trim();
    void attempt(report, async () => {
      // An event of this name is gone to as it is.
      if (!(await api.events()).some((event) => event.name === wanted)) await api.createEvent(wanted, Intl.DateTimeFormat().resolvedOptions().timeZone);
      location.assign(`/organiser/events/${encodeURIComponent(wanted)}#settings`);
    });
  });
  dialog('event.new', form);
  name.focus();
}
