/** A word to a room, another time or booth, another interpreter: asked for in a dialog, refused in the page's language. */

import * as api from '../api.js';
import { has, languageName, say } from '../i18n.js';
import { dialog } from './dialog.js';
import { h, setText } from './dom.js';

/** @import {CellProblem, EventPage, ParticipantShown} from '../api.js' */
/** @import {BoardRoom} from '../protocol.js' */
/** @typedef {{problems?: CellProblem[], inside?: string[]}} Refusal */

/** @param {BoardRoom} room */
export function writeDialog(room) {
  const text = h('textarea', { name: 'text', rows: 3, maxlength: 500, required: true });
  ask({ title: 'write.title', does: 'write.send', action: 'send' }, [field('write.text', text), hint('write.hint')], async () => {
    await api.announce(room.id, text.value);
    return [];
  });
}

/** @param {BoardRoom} room */
export async function moveDialog(room) {
  const starts = h('input', { type: 'datetime-local', name: 'starts_at', required: true });
  starts.value = room.starts_at ? local(room.starts_at) : '';
  const booths = room.event ? (await api.booths(room.event)).booths : [];
  const names = [...new Set(['', room.booth, ...booths.map(({ name }) => name)])];
  const booth = h('select', { name: 'booth' }, ...names.map((name) => h('option', { value: name }, name || '–')));
  booth.value = room.booth;
  ask({ title: 'move.title', does: 'move.save', action: 'save' }, [field('move.starts', starts), names.length > 1 ? field('move.booth', booth) : null, hint('move.hint')], async (confirmed) => {
    const change = { starts_at: new Date(starts.value).toISOString(), booth: booth.value };
    if (room.event) return odd(room, await api.editEvent(room.event, { action: 'change_room', room: room.id, ...change }, confirmed));
    await api.changeRoom(room.id, change);
    return [];
  });
}

/** @param {BoardRoom} room */
export async function swapDialog(room) {
  const { participants } = await api.participants(room.event);
  const there = room.people.filter(({ role, participant }) => role === 'interpreter' && participant);
  const ids = there.map(({ participant }) => participant ?? '');
  const spoken = room.people.filter(({ role }) => role === 'seller' || role === 'buyer').map(({ speaks }) => speaks);
  const able = (/** @type {ParticipantShown} */ one) => spoken.every((tag) => worksBetween(one).includes(tag));
  const rest = participants.filter(({ id, role }) => role === 'interpreter' && !ids.includes(id));
  const others = [...rest.filter(able), ...rest.filter((one) => !able(one))];
  const from = h('select', { name: 'from' }, ...there.map(({ participant, name }) => h('option', { value: participant }, name)));
  const to = h('select', { name: 'to' }, ...others.map((one) => h('option', { value: one.id }, `${one.name} (${worksBetween(one).map(languageName).join(', ')})`)));
  const nobody = h('option', { value: '', 'data-t': 'swap.none' });
  if (there.length === 0) from.append(nobody);
  if (others.length === 0) {
    dialog('swap.title', h('p', { class: 'dialog-body', 'data-t': 'swap.nobody' }));
    return;
  }
  ask({ title: 'swap.title', does: 'swap.save', action: 'save' }, [field('swap.from', from), field('swap.to', to), hint('swap.hint')], async (confirmed) => {
    const interpreter = from.value ? ids.map((id) => (id === from.value ? to.value : id)) : [...ids, to.value];
    const page = await api.editEvent(room.event, { action: 'change_room', room: room.id, places: { interpreter } }, confirmed);
    return odd(room, page).filter((problem) => problem.field === 'interpreter');
  });
}

/** @param {ParticipantShown} interpreter @returns {string[]} */
function worksBetween({ speaks, reads, profile }) {
  return [...new Set([...profile.languages, speaks, ...(profile.languages.length > 0 ? [] : [reads])])];
}

/** What was taken all the same. @param {BoardRoom} room @param {EventPage} page @returns {CellProblem[]} */
function odd(room, page) {
  return page.consultations.find(({ id }) => id === room.id)?.problems.filter(({ refused }) => !refused) ?? [];
}

/**
 * @param {{title: string, does: string, action: string}} what sentences, and the button's `data-action`
 * @param {(HTMLElement | null)[]} fields
 * @param {(confirmed: boolean) => Promise<CellProblem[]>} act what is odd about it now
 */
function ask({ title, does, action }, fields, act) {
  const failure = h('p', { class: 'failure', role: 'alert' });
  const send = h('button', { type: 'submit', class: 'primary', 'data-action': action, 'data-t': does });
  const form = h('form', { class: 'dialog-body' }, ...fields, failure, h('div', { class: 'dialog-foot' }, send));
  const shown = dialog(title, form);
  let confirmed = false;
  form.addEventListener('input', () => {
    confirmed = false;
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    send.disabled = true;
    try {
      const found = await act(confirmed);
      if (found.length === 0) return shown.close();
      const close = h('button', { type: 'button', class: 'primary', 'data-action': 'noted', 'data-t': 'dialog.close', onclick: () => shown.close() });
      form.replaceWith(h('div', { class: 'dialog-body', role: 'status' }, h('p', { 'data-t': 'edit.done_but' }), h('ul', { class: 'noted' }, ...found.map(said)), h('div', { class: 'dialog-foot' }, close)));
      close.focus();
    } catch (error) {
      send.disabled = false;
      confirmed = error instanceof api.ApiError && error.code === 'confirm_needed';
      explain(failure, error);
    }
  });
}

/** @param {CellProblem} problem */
function said({ code, message, params }) {
  const line = h('li', {}, message);
  if (has(`problem.${code}`)) say(line, `problem.${code}`, params);
  return line;
}

/** @param {HTMLElement} place @param {unknown} error */
function explain(place, error) {
  /** @type {Refusal} */ const { problems = [], inside = [] } = error instanceof api.ApiError ? error.details : {};
  const [problem] = problems;
  if (inside.length > 0) say(place, 'edit.confirm', { names: inside.join(', ') });
  else if (problem && has(`problem.${problem.code}`)) say(place, `problem.${problem.code}`, problem.params);
  else if (error instanceof api.ApiError && has(`error.${error.code}`)) say(place, `error.${error.code}`);
  else if (problem) setText(place, problem.message);
  else say(place, 'error.failed');
}

/** @param {string} key @param {HTMLElement} control */
function field(key, control) {
  return h('label', { class: 'field' }, h('span', { 'data-t': key }), control);
}

/** @param {string} key */
function hint(key) {
  return h('p', { class: 'hint', 'data-t': key });
}

/** As the control wants it, in the time of this computer. @param {string} at */
function local(at) {
  const time = new Date(at);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
