/** Bringing a day's sheet in: first what it would do, or what is wrong with it and where; then, on a word, the doing. */

import * as api from '../api.js';
import { clock, dateAndTime, has, pageLocale, say } from '../i18n.js';
import { dialog } from './dialog.js';
import { h, setText } from './dom.js';
import { icon } from './icons.js';

/** @import {PlannedRoom, ScheduleReport, SheetError} from '../api.js' */

/** So many rows are listed; the rest is a number. */
const LISTED = 8;

export function importSchedule() {
  const file = h('input', { type: 'file', accept: '.xlsx,.csv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', name: 'sheet', class: 'offscreen' });
  const name = h('span', { class: 'file-name' });
  const choose = h('label', { class: 'file' }, file, h('span', { class: 'button', 'data-t': 'schedule.choose' }), name);
  const report = h('div', { class: 'report', role: 'status' });
  const submit = h('button', { type: 'button', class: 'primary', 'data-action': 'import', 'data-t': 'schedule.import', disabled: true });
  const shown = dialog('schedule.heading', h('div', { class: 'dialog-body schedule' },
    h('p', { class: 'hint', 'data-t': 'schedule.hint' }),
    h('a', { class: 'button', href: api.templatePath(pageLocale()), download: '', 'data-action': 'template' }, icon('download'), h('span', { 'data-t': 'schedule.template' })), choose, report, h('div', { class: 'dialog-foot' }, submit)));
  /** @type {File | undefined} */
  let sheet;
  file.addEventListener('change', async () => {
    const [chosen] = file.files ?? [];
    // The same file, corrected meanwhile, may be chosen again: without this, browsers would not tell.
    file.value = '';
    if (!chosen) return;
    sheet = chosen;
    setText(name, chosen.name);
    submit.disabled = true;
    await attempt(report, async () => {
      const found = await api.importSchedule(chosen, true);
      report.replaceChildren(...(found.errors.length > 0 ? [errors(found.errors)] : [...plans(found), ...odd(found)]));
      submit.disabled = found.errors.length > 0 || found.created.length + found.changed.length + found.participants === 0;
    });
  });
  submit.addEventListener('click', async () => {
    const chosen = sheet;
    if (!chosen) return;
    submit.disabled = true;
    await attempt(report, async () => {
      await api.importSchedule(chosen, false);
      shown.close();
    });
  });
}

/** @param {HTMLElement} report @param {() => Promise<void>} act */
export async function attempt(report, act) {
  try {
    await act();
  } catch (error) {
    const failure = h('p', { class: 'failure', role: 'alert' });
    if (error instanceof api.ApiError && error.message) setText(failure, error.message);
    else say(failure, 'error.failed');
    report.replaceChildren(failure);
  }
}

/** @param {SheetError[]} found */
export function errors(found) {
  const heading = h('p', { class: 'failure' });
  say(heading, 'schedule.errors', { count: found.length });
  return h('div', {}, heading, table(found));
}

/** In the page's language. @param {{code: string, message: string, params: Record<string, string | number>}} found */
export function problem({ code, message, params }) {
  const cell = h('td', {}, message);
  if (has(`problem.${code}`)) say(cell, `problem.${code}`, params);
  return cell;
}

/** @param {SheetError[]} found */
function table(found) {
  const sheets = found.some(({ sheet }) => sheet);
  const rows = found.map(({ sheet, line, column, code, message, params }) => h('tr', {}, sheets ? h('td', {}, sheet) : null, h('td', {}, String(line)), h('td', {}, column ?? ''), problem({ code, message, params })));
  return h('div', { class: 'report-scroll', tabindex: 0, role: 'region', 'data-t-label': 'schedule.problem' }, h('table', { class: 'errors' },
    h('thead', {}, h('tr', {}, ...[...(sheets ? ['sheet'] : []), 'line', 'column', 'problem'].map((name) => h('th', { scope: 'col', 'data-t': `schedule.${name}` })))),
    h('tbody', {}, ...rows)));
}

/** What one should look at, and what was left out. @param {ScheduleReport} report */
function odd({ warnings, ignored }) {
  const parts = [];
  if (warnings.length > 0) {
    const heading = h('h3', { class: 'warning' });
    say(heading, 'schedule.warnings', { count: warnings.length });
    parts.push(h('section', { class: 'report-part' }, heading, table(warnings)));
  }
  if (ignored.length > 0) {
    const line = h('p', { class: 'hint' });
    say(line, 'schedule.ignored', { sheets: ignored.join(', ') });
    parts.push(line);
  }
  return parts;
}

/** @param {ScheduleReport} report @param {(at: string) => string} [time] how a moment is written; in the time zone here */
export function plans(report, time = dateAndTime) {
  /** @type {[string, PlannedRoom[]][]} */
  const kinds = [['created', report.created], ['changed', report.changed], ['unchanged', report.unchanged], ['missing', report.missing], ['removed', report.removed]];
  return kinds.filter(([, rooms]) => rooms.length > 0).map(([kind, rooms]) => {
    const heading = h('h3');
    say(heading, `schedule.${kind}`, { count: rooms.length });
    const listed = kind === 'unchanged' ? [] : rooms.slice(0, LISTED);
    const items = listed.map((room) => h('li', {}, h('span', { class: 'entry-time' }, room.starts_at ? time(room.starts_at) : clock(room.starts_at)), ' ', room.title));
    if (listed.length > 0 && rooms.length > LISTED) items.push(h('li', {}, '…'));
    return h('section', { class: 'report-part' }, heading, h('ul', {}, ...items));
  });
}
