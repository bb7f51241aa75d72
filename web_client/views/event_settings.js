/** An event's name, dates, time zone, and how its rooms are run; saved as a whole. */

import { LOCALES } from '../locale.js';
import { ownName } from '../i18n.js';
import { labelled } from './cell.js';
import { h } from './dom.js';
import { zoneInput } from './zone_input.js';

/** @import {EventEdit, EventPage} from '../api.js' */

/** @param {EventPage} page @param {(edit: EventEdit) => Promise<boolean>} edit */
export function settingsPanel({ event }, edit) {
  const settings = event.settings;
  const name = h('input', { name: 'name', value: event.name, required: true, maxlength: 200, 'data-cell': 'set:name' });
  const starts = h('input', { name: 'starts_on', type: 'date', value: event.starts_on ?? '', 'data-cell': 'set:starts' });
  const ends = h('input', { name: 'ends_on', type: 'date', value: event.ends_on ?? '', 'data-cell': 'set:ends' });
  const zone = zoneInput('time_zone', event.time_zone);
  zone.required = true;
  const number = (/** @type {string} */ key, /** @type {number | null} */ value, /** @type {number} */ max, /** @type {number} */ min = 0) => h('input', { name: key, type: 'number', min, max, value: value ?? '', class: 'short' });
  const early = number('opens_early_min', settings.opens_early_min, 120);
  const late = number('closes_late_min', settings.closes_late_min, 240);
  const keeps = number('keeps_days', settings.keeps_days, 3650, 1);
  const opens = check('opens_itself', settings.opens_itself);
  const closes = check('closes_itself', settings.closes_itself);
  const texts = [...new Set([...LOCALES, ...Object.keys(settings.consent)])].map((tag) => {
    const area = h('textarea', { rows: 3, maxlength: 2000, lang: tag });
    area.value = settings.consent[tag] ?? '';
    return { tag, area, element: h('label', { class: 'field' }, h('span', {}, ownName(tag)), area) };
  });
  const form = h('form', { class: 'event-settings account-card' },
    labelled('event.event_name', name), h('div', { class: 'pair' }, labelled('event.starts_on', starts), labelled('event.ends_on', ends)), labelled('event.zone', zone),
    h('fieldset', { class: 'field' }, h('legend', { 'data-t': 'event.rooms_run' }),
      opens.element, labelled('event.opens_early', early), closes.element, labelled('event.closes_late', late)),
    labelled('event.keeps_days', keeps), h('p', { class: 'hint', 'data-t': 'event.keeps_hint' }),
    h('details', {}, h('summary', { 'data-t': 'event.consent' }), h('p', { class: 'hint', 'data-t': 'event.consent_hint' }), ...texts.map(({ element }) => element)),
    h('div', { class: 'dialog-foot' }, h('button', { class: 'primary', 'data-action': 'save-settings', 'data-cell': 'set:save', 'data-t': 'event.save' })));
  form.addEventListener('submit', (submitted) => {
    submitted.preventDefault();
    ends.setCustomValidity('');
    void edit({
      action: 'change_event',
      event: {
        name: name.value, time_zone: zone.value, starts_on: starts.value || null, ends_on: ends.value || null,
        settings: {
          opens_itself: opens.input.checked, opens_early_min: Number(early.value), closes_itself: closes.input.checked, closes_late_min: Number(late.value),
          keeps_days: keeps.value ? Number(keeps.value) : null,
          consent: Object.fromEntries(texts.map(({ tag, area }) => [tag, area.value.trim()]).filter(([, text]) => text)),
        },
      },
    });
  });
  return form;
}

/** @param {string} key @param {boolean} value */
function check(key, value) {
  const input = h('input', { type: 'checkbox', name: key });
  input.checked = value;
  return { input, element: h('label', { class: 'check' }, input, h('span', { 'data-t': `event.${key}` })) };
}
