/** One consultation of the draft: when, where, with which interpreters. Every change is made at once. */

import { say, t } from '../i18n.js';
import { interpretersFor, labelOf } from '../timetable.js';
import { dialog } from './dialog.js';
import { h } from './dom.js';
import { shortMoment } from './matching_grid.js';

/** @import {Matching, Placement} from '../timetable.js' */
/** @import {DraftChange} from '../matching.js' */

const CHOOSE = '?';
/** A booth and interpreters that are null are chosen by the server. */
const NEW = { starts_at: '', duration_min: 30, booth: null, interpreters: null, locked: false };
/** Longer than this an interpreter needs a colleague (minutes). */
const ALONE_MIN = 30;

/**
 * @param {Matching} before
 * @param {string} seller empty: to be chosen
 * @param {string} buyer
 * @param {(change: DraftChange | ((now: Matching) => DraftChange)) => Promise<Matching | null>} onChange
 */
export function placementDialog(before, seller, buyer, onChange) {
  const body = h('div', { class: 'dialog-body placement' });
  const shown = dialog('matching.consultation', body);
  let state = before;
  const placement = () => state.placements.find((each) => each.seller === seller && each.buyer === buyer);

  /** @param {Partial<Placement> | Record<string, unknown>} change */
  async function put(change) {
    const after = await onChange((now) => {
      const found = now.placements.find((each) => each.seller === seller && each.buyer === buyer) ?? NEW;
      const { starts_at, duration_min, booth, interpreters, locked } = found;
      return { put: [{ seller, buyer, starts_at, duration_min, booth, interpreters, locked, ...change }] };
    });
    state = after ?? state;
    draw();
  }

  function draw() {
    const active = document.activeElement?.getAttribute('name');
    const found = placement();
    body.replaceChildren(
      seller && buyer ? names(state, seller, buyer) : parties(),
      found ? problems(state, found) : h('p', { class: 'hint', 'data-t': 'matching.choose_slot' }),
      ...(seller && buyer ? fields(found) : []));
    if (active) /** @type {HTMLElement | null} */ (body.querySelector(`[name="${CSS.escape(active)}"]`))?.focus();
  }

  function parties() {
    const select = (/** @type {string} */ role) => h('select', { name: role, 'data-action': `choose-${role}` }, h('option', { value: '' }, '–'),
      ...state.people.filter((one) => one.role === role).map(({ id }) => h('option', { value: id, selected: id === (role === 'seller' ? seller : buyer) }, labelOf(state, id))));
    const [one, other] = [select('seller'), select('buyer')];
    one.addEventListener('change', () => {
      seller = one.value;
      draw();
    });
    other.addEventListener('change', () => {
      buyer = other.value;
      draw();
    });
    return h('div', { class: 'pair' }, field('role.seller', one), field('role.buyer', other));
  }

  /** @param {Placement | undefined} found */
  function fields(found) {
    const slot = h('select', { name: 'slot', 'data-action': 'choose-slot' }, ...slots(state, found, seller, buyer));
    slot.addEventListener('change', () => {
      const chosen = state.slots[Number(slot.value)];
      // At another time another interpreter may be free.
      if (chosen) void put({ ...chosen, interpreters: found?.locked ? found.interpreters : null });
    });
    if (!found) return [field('matching.slot', slot)];
    const booth = h('select', { name: 'booth', 'data-action': 'choose-booth' }, h('option', { value: '', 'data-t': 'matching.no_booth', selected: !found.booth }),
      ...[...new Set([...state.booths, found.booth])].filter(Boolean).map((name) => h('option', { value: name, selected: name === found.booth }, name)));
    booth.addEventListener('change', () => void put({ booth: booth.value }));
    const count = Math.max(found.duration_min > ALONE_MIN ? 2 : 1, found.interpreters.length);
    const interpreters = Array.from({ length: count }, (_, at) => interpreterSelect(found, at));
    const locked = h('input', { type: 'checkbox', name: 'locked', 'data-action': 'lock', checked: found.locked });
    locked.addEventListener('change', () => void put({ locked: locked.checked }));
    const remove = h('button', { type: 'button', class: 'quiet', 'data-action': 'remove-placement', 'data-t': 'matching.remove' });
    remove.addEventListener('click', async () => {
      if (await onChange({ remove: [{ seller, buyer }] })) shown.close();
    });
    const done = h('button', { type: 'button', class: 'primary', 'data-action': 'done', 'data-t': 'matching.done', onclick: () => shown.close() });
    return [h('div', { class: 'pair' }, field('matching.slot', slot), field('matching.booth', booth)), ...interpreters,
      h('label', { class: 'check' }, locked, h('span', { 'data-t': 'matching.lock_hint' })),
      h('div', { class: 'dialog-foot placement-foot' }, remove, done)];
  }

  /** @param {Placement} found @param {number} at */
  function interpreterSelect(found, at) {
    const chosen = found.interpreters[at] ?? '';
    const select = h('select', { name: `interpreter${at}`, 'data-action': 'choose-interpreter' }, h('option', { value: '', 'data-t': 'matching.nobody', selected: !chosen }),
      h('option', { value: CHOOSE, 'data-t': 'matching.whoever_is_free' }),
      ...interpretersFor(state, found).map(({ id }) => h('option', { value: id, selected: id === chosen }, labelOf(state, id))));
    select.addEventListener('change', () => {
      if (select.value === CHOOSE) return void put({ interpreters: null });
      const all = [...found.interpreters];
      all[at] = select.value;
      return void put({ interpreters: [...new Set(all.filter(Boolean))] });
    });
    return field('role.interpreter', select);
  }

  draw();
}

/** @param {string} label @param {HTMLElement} control */
function field(label, control) {
  return h('label', { class: 'field' }, h('span', { 'data-t': label }), control);
}

/** @param {Matching} state @param {string} seller @param {string} buyer */
function names(state, seller, buyer) {
  return h('p', { class: 'placement-names' }, h('span', { class: 'speaker', 'data-role': 'seller' }, labelOf(state, seller)), ' ↔ ',
    h('span', { class: 'speaker', 'data-role': 'buyer' }, labelOf(state, buyer)));
}

/** @param {Matching} state @param {Placement} found */
function problems(state, found) {
  const list = h('ul', { class: 'placement-problems' });
  for (const { code, who } of found.odd) {
    const item = h('li', { 'data-code': code });
    say(item, `matching.odd_${code}`, { who: labelOf(state, who) });
    list.append(item);
  }
  if (!found.odd.length) list.append(h('li', { 'data-code': 'none', 'data-t': 'matching.odd_none' }));
  return h('div', { role: 'status' }, list);
}

/** @param {Matching} state @param {Placement | undefined} found @param {string} seller @param {string} buyer */
function slots(state, found, seller, buyer) {
  const at = found ? Date.parse(found.starts_at) : NaN;
  const obstacles = new Map((state.unplaced.find((each) => each.seller === seller && each.buyer === buyer)?.obstacles ?? []).map(({ starts_at, code }) => [Date.parse(starts_at), code]));
  const options = state.slots.map(({ starts_at }, index) => {
    const code = obstacles.get(Date.parse(starts_at));
    const why = code && code !== 'possible' ? ` – ${t(`matching.obstacle_${code}`, { seller: labelOf(state, seller), buyer: labelOf(state, buyer), languages: '' })}` : '';
    return h('option', { value: index, selected: Date.parse(starts_at) === at }, shortMoment(starts_at, state.time_zone) + why);
  });
  if (state.slots.some(({ starts_at }) => Date.parse(starts_at) === at)) return options;
  return [h('option', { value: '', selected: true }, found ? shortMoment(found.starts_at, state.time_zone) : '–'), ...options];
}
