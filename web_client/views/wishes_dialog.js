/** Wishes: from a sheet, or one at a time. */

import { templatePath } from '../api.js';
import { pageLocale, say, t } from '../i18n.js';
import * as api from '../matching_api.js';
import { categoriesOf, labelOf } from '../timetable.js';
import { dialog } from './dialog.js';
import { h, setText } from './dom.js';
import { icon } from './icons.js';
import { attempt, errors } from './schedule.js';

/** @import {Matching} from '../timetable.js' */
/** @typedef {{participant: string, about: string | null, category: string, level: string}} Wish */

const SHOWN = 100;
const LEVELS = ['must', 'want', 'no'];

/** @param {'companies' | 'categories'} name @param {HTMLElement[]} options */
function group(name, options) {
  const made = h('optgroup', {}, ...options);
  made.label = t(`matching.wish_${name}`);
  return made;
}

/** @param {Matching} state @param {() => void} onDone after it is closed */
export function wishesDialog(state, onDone) {
  /** @type {Wish[]} */
  let wishes = [];
  const report = h('div', { class: 'report', role: 'status' });
  const list = h('ul', { class: 'wishes' });
  const count = h('h3');
  const shown = dialog('matching.wishes_heading', h('div', { class: 'dialog-body schedule' }, sheet(), report, single(), count, list));
  shown.addEventListener('close', onDone);

  function sheet() {
    const file = h('input', { type: 'file', accept: '.xlsx,.csv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', name: 'wish-sheet', class: 'offscreen' });
    const name = h('span', { class: 'file-name' });
    const submit = h('button', { type: 'button', class: 'primary', 'data-action': 'import-wishes', 'data-t': 'schedule.import', disabled: true });
    /** @type {File | undefined} */
    let chosen;
    file.addEventListener('change', async () => {
      chosen = file.files?.[0];
      file.value = '';
      if (!chosen) return;
      setText(name, chosen.name);
      submit.disabled = true;
      const wanted = chosen;
      await attempt(report, async () => {
        const found = await api.importWishes(state.event, wanted, true);
        const line = h('p', {});
        say(line, 'matching.wishes_read', { wishes: found.wishes, participants: found.participants });
        report.replaceChildren(found.errors.length ? errors(found.errors) : line);
        submit.disabled = found.errors.length > 0;
      });
    });
    submit.addEventListener('click', async () => {
      const wanted = chosen;
      if (!wanted) return;
      submit.disabled = true;
      await attempt(report, async () => {
        await api.importWishes(state.event, wanted, false);
        report.replaceChildren();
        state = await api.matching(state.event);
        await load();
      });
    });
    return h('div', { class: 'wish-sheet' }, h('p', { class: 'hint', 'data-t': 'matching.wishes_hint' }),
      h('div', { class: 'file-line' }, h('a', { class: 'button', href: templatePath(pageLocale()), download: '', 'data-action': 'template' }, icon('download'), h('span', { 'data-t': 'schedule.template' })),
        h('label', { class: 'file' }, file, h('span', { class: 'button', 'data-t': 'schedule.choose' }), name), submit));
  }

  function single() {
    const sides = state.people.filter(({ role }) => role !== 'interpreter');
    const who = h('select', { name: 'who', 'data-action': 'wish-who' }, ...sides.map(({ id }) => h('option', { value: id }, labelOf(state, id))));
    const about = h('select', { name: 'about', 'data-action': 'wish-about' });
    const level = h('select', { name: 'level', 'data-action': 'wish-level' }, ...LEVELS.map((each) => h('option', { value: each, 'data-t': `matching.level_${each}`, selected: each === 'want' })));
    const add = h('button', { class: 'primary', 'data-action': 'add-wish', 'data-t': 'matching.add_wish', disabled: sides.length === 0 });
    const others = () => {
      const role = state.people.find(({ id }) => id === who.value)?.role;
      const partners = sides.filter((one) => one.role !== role);
      const categories = categoriesOf(partners);
      about.replaceChildren(
        group('companies', partners.map(({ id }) => h('option', { value: id }, labelOf(state, id)))),
        ...(categories.length > 0 ? [group('categories', categories.map((each) => h('option', { value: each, 'data-category': '' }, each)))] : []));
    };
    who.addEventListener('change', others);
    others();
    const form = h('form', { class: 'wish-form' }, ...[[who, 'who'], [about, 'about'], [level, 'level']].map(([control, name]) => h('label', { class: 'field' }, h('span', { 'data-t': `matching.wish_${name}` }), /** @type {HTMLElement} */ (control))), add);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const [chosen] = about.selectedOptions;
      if (!chosen) return;
      const what = 'category' in chosen.dataset ? { category: chosen.value } : { about: chosen.value };
      void change({ participant: who.value, ...what, level: level.value });
    });
    return form;
  }

  /** @param {object} wish */
  async function change(wish) {
    await attempt(report, async () => {
      wishes = await api.changeWishes(state.event, [wish]);
      draw();
    });
  }

  async function load() {
    await attempt(report, async () => {
      wishes = await api.wishes(state.event);
      draw();
    });
  }

  function draw() {
    say(count, 'matching.wish_count', { count: wishes.length });
    list.replaceChildren(...wishes.slice(0, SHOWN).map((wish) => {
      const other = wish.about ? labelOf(state, wish.about) : wish.category;
      const text = `${labelOf(state, wish.participant)} → ${other}`;
      const remove = h('button', { type: 'button', class: 'quiet icon-only', 'data-action': 'remove-wish' }, icon('close'));
      remove.setAttribute('aria-label', `${t('matching.remove')}: ${text}`);
      remove.addEventListener('click', () => void change({ participant: wish.participant, about: wish.about, category: wish.category, level: null }));
      return h('li', {}, h('span', {}, text), h('span', { class: 'badge', 'data-level': wish.level, 'data-t': `matching.level_${wish.level}` }), remove);
    }));
    if (wishes.length > SHOWN) list.append(h('li', {}, '…'));
  }

  void load();
}
