/** What an interpreter reads before a consultation, on the screen or on paper: who meets, terms, last time's minutes. */

import { ApiError, preparation } from './api.js';
import { primary } from './captions.js';
import { spanIn } from './clock.js';
import { languageName, longDate, onLanguage, say, startLanguage } from './i18n.js';
import { startZone } from './agenda.js';
import { isParty } from './state.js';
import { formIn } from './terms.js';
import { documentLinks } from './views/documents.js';
import { h } from './views/dom.js';
import { endedView } from './views/ended.js';
import { stamp } from './views/entry.js';
import { languageSwitch } from './views/language_switch.js';

/** @import {LastMeeting, Sheet, SheetPerson} from './api.js' */

class PreparationPage {
  #sheet;
  #zone;
  #main = h('main', { class: 'sheet' });

  /** @param {Sheet} sheet */
  constructor(sheet) {
    this.#sheet = sheet;
    this.#zone = startZone(sheet.time_zone);
  }

  begin() {
    document.body.replaceChildren(
      h('header', { class: 'top' }, h('span', { class: 'brand', 'data-t': 'page.brand' }), languageSwitch(),
        h('button', { type: 'button', 'data-action': 'print', 'data-t': 'preparation.print', onclick: () => window.print() })),
      this.#main);
    this.#draw();
    onLanguage(() => this.#draw());
  }

  #draw() {
    const sheet = this.#sheet;
    document.title = sheet.title;
    this.#main.replaceChildren(
      h('p', { class: 'sheet-kind', 'data-t': 'preparation.title' }),
      h('h1', {}, sheet.title),
      this.#when(),
      h('div', { class: 'sheet-people' }, ...sheet.people.map(person)),
      this.#terms(),
      ...(sheet.last ? [this.#last(sheet.last)] : [section('preparation.last', h('p', { class: 'hint', 'data-t': 'preparation.first' }))]));
  }

  #when() {
    const sheet = this.#sheet;
    const start = sheet.starts_at ? new Date(sheet.starts_at) : null;
    const interpreters = h('span');
    if (sheet.interpreters.length > 0) say(interpreters, 'preparation.interpreters', { names: sheet.interpreters.join(', ') });
    const facts = [start ? `${longDate(start, this.#zone)} ${spanIn(sheet.starts_at, sheet.duration_min, this.#zone)}` : '', start ? this.#zone.replaceAll('_', ' ') : '', sheet.event, [sheet.venue, sheet.booth].filter(Boolean).join(' ')];
    return h('p', { class: 'sheet-facts' }, ...facts.filter(Boolean).map((fact) => h('span', {}, fact)), interpreters.textContent ? interpreters : null);
  }

  /** The sides' languages; a term that has only one of them is shown all the same. */
  #terms() {
    const { terms, people } = this.#sheet;
    if (terms.length === 0) return section('glossary.title', h('p', { class: 'hint', 'data-t': 'preparation.no_terms' }));
    const spoken = people.map(({ speaks }) => speaks);
    const tags = spoken.filter((tag, at) => spoken.findIndex((other) => primary(other) === primary(tag)) === at);
    const columns = tags.length > 0 ? tags : [...new Set(terms.flatMap(({ translations }) => Object.keys(translations)))];
    const rows = terms.map((term) => {
      const cells = columns.map((tag) => formIn(term, tag));
      return h('tr', {}, ...cells.map((text, at) => h('td', { lang: columns[at] ?? '' }, text || (cells.every((one) => !one) && at === 0 ? term.term : ''))));
    });
    return section('glossary.title', h('div', { class: 'sheet-scroll', tabindex: '0', role: 'region', 'data-t-label': 'glossary.title' },
      h('table', {}, h('thead', {}, h('tr', {}, ...columns.map((tag) => h('th', { scope: 'col' }, languageName(tag))))), h('tbody', {}, ...rows))));
  }

  /** @param {LastMeeting} last */
  #last(last) {
    const facts = [last.opened_at ? longDate(new Date(last.opened_at), this.#zone) : '', last.event, last.title].filter(Boolean).join(' · ');
    const left = h('p', { class: 'hint' });
    if (last.left_out > 0) say(left, 'preparation.left_out', { count: last.left_out });
    else left.hidden = true;
    const entries = last.entries.map(({ start_ms, role, name, by, lines }) => {
      const corrected = h('span', { class: 'badge' });
      if (by) say(corrected, 'captions.corrected_by', { name: by });
      return h('li', {}, h('p', { class: 'sheet-said' }, h('span', { class: 'speaker', 'data-role': role }, name), h('span', { class: 'entry-time' }, stamp(start_ms)), by ? corrected : null),
        h('div', { class: 'sheet-lines' }, ...lines.map(({ lang, text }) => h('p', { lang }, text))));
    });
    return section('preparation.last', h('p', { class: 'hint' }, facts), left, h('ol', { class: 'sheet-entries' }, ...entries));
  }
}

/** @param {SheetPerson} one */
function person(one) {
  const facts = [one.products, one.categories.join(', ')].filter(Boolean);
  const role = h('span', { class: 'role', 'data-t': `role.${one.role}` });
  const website = /^https?:\/\//.test(one.website)
    ? h('a', { href: one.website, target: '_blank', rel: 'noopener noreferrer', 'data-action': 'website' }, one.website)
    : one.website || null;
  return h('article', { class: 'sheet-person', 'data-role': one.role },
    h('p', { class: 'sheet-role' }, role, h('span', { class: 'hint' }, languageName(one.speaks))),
    h('h2', {}, one.company || one.name),
    one.company && one.company !== one.name ? h('p', {}, one.name) : null,
    ...facts.map((fact) => h('p', { class: 'sheet-product' }, fact)),
    website ? h('p', { class: 'hint' }, website) : null,
    documentLinks(one.documents));
}

/** @param {string} title @param {...(Node | null)} content */
function section(title, ...content) {
  return h('section', { class: 'sheet-section' }, h('h2', { 'data-t': title }), ...content);
}

/** `/d/TOKEN/preparation/ROOM` or `/organiser/preparation/ROOM`. */
const [first = '', ...rest] = location.pathname.split('/').filter(Boolean).map(decodeURIComponent);
const room = rest.at(-1) ?? '';
try {
  const sheet = await preparation(first === 'd' ? { token: rest[0] ?? '', room } : { room });
  await startLanguage(sheet.reads ?? undefined);
  new PreparationPage({ ...sheet, people: sheet.people.filter(isParty) }).begin();
} catch (error) {
  if (!(error instanceof ApiError)) throw error;
  await startLanguage();
  document.body.replaceChildren(endedView(error.code, ''));
}
