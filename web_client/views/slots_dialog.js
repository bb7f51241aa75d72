/** When consultations may be: the slots of each day, and whether interpreters are needed. */

import { say } from '../i18n.js';
import { dateThere, slotsOfDay } from '../timetable.js';
import { dialog } from './dialog.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { longDay, timeThere } from './matching_grid.js';

/** @import {Matching, Slot} from '../timetable.js' */

/** @param {Matching} state @param {(terms: {slots: Slot[], with_interpreters: boolean}) => Promise<void>} onSave */
export function slotsDialog(state, onSave) {
  let slots = [...state.slots];
  const zone = state.time_zone;
  const input = (/** @type {string} */ name, /** @type {string} */ type, /** @type {string | number} */ value, more = {}) => h('input', { name, type, value, ...more });
  const first = slots[0]?.starts_at;
  const date = input('date', 'date', first ? dateThere(first, zone) : dateThere(new Date().toISOString(), zone), { required: true });
  const from = input('from', 'time', '09:00', { required: true });
  const to = input('to', 'time', '18:00', { required: true });
  const minutes = input('minutes', 'number', slots[0]?.duration_min ?? 30, { min: 5, max: 240, required: true });
  const gap = input('gap', 'number', 5, { min: 0, max: 120, required: true });
  const breakFrom = input('break-from', 'time', '12:00');
  const breakTo = input('break-to', 'time', '13:00');
  const interpreters = h('input', { type: 'checkbox', name: 'with-interpreters', 'data-action': 'with-interpreters', checked: state.with_interpreters });
  const list = h('div', { class: 'slot-days' });
  const form = h('form', { class: 'slot-form' },
    ...[[date, 'date'], [from, 'from'], [to, 'to'], [minutes, 'minutes'], [gap, 'gap'], [breakFrom, 'break_from'], [breakTo, 'break_to']].map(([control, name]) => h('label', { class: 'field' }, h('span', { 'data-t': `matching.slot_${name}` }), /** @type {HTMLInputElement} */ (control))),
    h('button', { class: 'slot-add', 'data-action': 'fill-day', 'data-t': 'matching.fill_day' }));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const plan = { date: date.value, from: from.value, to: to.value, minutes: Number(minutes.value), gap: Number(gap.value), breakFrom: breakFrom.value, breakTo: breakTo.value };
    slots = [...slots.filter(({ starts_at }) => dateThere(starts_at, zone) !== date.value), ...slotsOfDay(plan, zone)];
    draw();
  });

  function draw() {
    slots.sort((one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at));
    /** @type {Map<string, Slot[]>} */
    const days = new Map();
    for (const slot of slots) {
      const day = dateThere(slot.starts_at, zone);
      days.set(day, [...(days.get(day) ?? []), slot]);
    }
    list.replaceChildren(...[...days.values()].map((ofDay) => h('section', {}, h('h3', {}, longDay(ofDay[0]?.starts_at ?? '', zone)),
      h('div', { class: 'chips' }, ...ofDay.map(chip)))));
    if (!slots.length) list.replaceChildren(h('p', { class: 'hint', 'data-t': 'matching.no_slots' }));
  }

  /** @param {Slot} slot */
  function chip(slot) {
    const time = timeThere(slot.starts_at, zone);
    const end = timeThere(new Date(Date.parse(slot.starts_at) + slot.duration_min * 60_000).toISOString(), zone);
    const element = h('button', { type: 'button', class: 'chip', 'data-action': 'remove-slot', onclick: () => {
      slots = slots.filter((each) => each !== slot);
      draw();
    } }, `${time}–${end}`, icon('close'));
    say(element, 'matching.remove_slot', { time: `${time}–${end}` }, 'label');
    return element;
  }

  draw();
  const zoneHint = h('p', { class: 'hint' });
  say(zoneHint, 'matching.slots_hint', { zone });
  const save = h('button', { type: 'button', class: 'primary', 'data-action': 'save-slots', 'data-t': 'matching.save' });
  const shown = dialog('matching.slots_heading', h('div', { class: 'dialog-body' }, zoneHint, form, list,
    h('label', { class: 'check' }, interpreters, h('span', { 'data-t': 'matching.with_interpreters' })),
    h('div', { class: 'dialog-foot' }, save)));
  save.addEventListener('click', async () => {
    save.disabled = true;
    await onSave({ slots, with_interpreters: interpreters.checked });
    shown.close();
  });
}
