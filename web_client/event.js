/** The page of one event, and the list of all: everything changed in place, checked by the server, taken back with Ctrl+Z. */

import * as api from './api.js';
import { has, onLanguage, say, startLanguage } from './i18n.js';
import { signOf } from './keys.js';
import { startRights } from './rights.js';
import { keepingFocus } from './views/cell.js';
import { confirmLeaving } from './views/confirm_leaving.js';
import { h, setAttribute } from './views/dom.js';
import { boothsPanel } from './views/event_booths.js';
import { consultationsPanel } from './views/event_consultations.js';
import { participantsPanel } from './views/event_participants.js';
import { settingsPanel } from './views/event_settings.js';
import { eventsList } from './views/events_list.js';
import { icon } from './views/icons.js';
import { languageSwitch } from './views/language_switch.js';

/** @import {EventEdit, EventPage} from './api.js' */

const TABS = /** @type {const} */ (['consultations', 'participants', 'booths', 'settings']);
/** @typedef {typeof TABS[number]} Tab */
const PANELS = { consultations: consultationsPanel, participants: participantsPanel, booths: boothsPanel, settings: settingsPanel };
const LIST = '/organiser/events';

class EventEditor {
  /** @type {EventPage} */ #page;
  /** @type {Tab} */ #tab;
  /** @type {Promise<unknown>} */ #queue = Promise.resolve();
  #waiting = 0;
  #heading = h('h1');
  #said = h('p', { class: 'edit-said', role: 'status' });
  #matching = h('a', { class: 'button', 'data-action': 'matching', 'data-t': 'board.matching' });
  #undo = this.#turnButton('undo');
  #redo = this.#turnButton('redo');
  #body = h('div', { class: 'event-body', role: 'tabpanel', id: 'panel' });
  #tabs = h('div', { class: 'tabs', role: 'tablist', 'data-t-label': 'event.parts' }, ...TABS.map((tab) => this.#tabButton(tab)));

  /** @param {EventPage} page */
  constructor(page) {
    this.#page = page;
    this.#tab = TABS.find((tab) => location.hash === `#${tab}`) ?? 'consultations';
    this.element = h('main', { class: 'organiser event-page' },
      h('div', { class: 'organiser-head' }, this.#heading, h('div', { class: 'organiser-actions' }, this.#matching, this.#undo, this.#redo)),
      this.#said, this.#tabs, this.#body);
    document.addEventListener('keydown', (event) => this.#key(event));
    // Somebody else may have changed it while one looked elsewhere.
    window.addEventListener('focus', () => this.#waiting === 0 && this.#run(() => api.eventPage(this.#page.event.name), null));
    this.#draw();
  }

  /** @param {'undo' | 'redo'} way */
  #turnButton(way) {
    return h('button', { type: 'button', 'data-action': way, onclick: () => this.#turn(way) }, icon(way), h('span', { 'data-t': `event.${way}` }));
  }

  /** @param {Tab} tab */
  #tabButton(tab) {
    return h('button', { type: 'button', role: 'tab', id: `tab-${tab}`, 'aria-controls': 'panel', 'data-action': `tab-${tab}`, onclick: () => this.#show(tab),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#walk(event, tab) }, h('span', { 'data-t': `event.tab_${tab}` }), h('span', { class: 'count' }));
  }

  /** @param {KeyboardEvent} event @param {Tab} tab */
  #walk(event, tab) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length] ?? tab;
    this.#show(next);
    /** @type {HTMLElement | null} */ (this.#tabs.querySelector(`#tab-${next}`))?.focus();
  }

  /** @param {Tab} tab */
  #show(tab) {
    this.#tab = tab;
    history.replaceState(null, '', `#${tab}`);
    this.#draw();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || document.querySelector('dialog[open]')) return;
    const sign = signOf(event);
    const way = sign === 'y' || (sign === 'z' && event.shiftKey) ? 'redo' : sign === 'z' ? 'undo' : null;
    const field = event.target;
    // What is being typed is the browser's to take back.
    if (!way || (field instanceof HTMLInputElement && field.value !== field.defaultValue) || field instanceof HTMLTextAreaElement) return;
    event.preventDefault();
    this.#turn(way);
  }

  /** @param {'undo' | 'redo'} way */
  #turn(way) {
    // What was chosen a moment ago comes first.
    document.activeElement?.dispatchEvent(new FocusEvent('focusout', { bubbles: true }));
    void this.#run((confirmed) => api.turnEdit(this.#page.event.name, way, confirmed), way);
  }

  /** One after the other, in the order in which they were made. @param {EventEdit} edit @returns {Promise<boolean>} whether it was taken */
  edit(edit) {
    return this.#run((confirmed) => api.editEvent(this.#page.event.name, edit, confirmed), null);
  }

  /**
   * @param {(confirmed: boolean) => Promise<EventPage>} act
   * @param {'undo' | 'redo' | null} way what is said afterwards
   * @returns {Promise<boolean>}
   */
  #run(act, way) {
    this.#waiting += 1;
    const run = this.#queue.then(async () => {
      const turned = way && this.#page[way];
      try {
        this.#take(await attempt(act));
        this.#saidDone(way, turned?.label ?? '');
        return true;
      } catch (error) {
        this.#refused(error, way);
        return false;
      } finally {
        this.#waiting -= 1;
      }
    });
    this.#queue = run;
    return run;
  }

  /** @param {EventPage} page */
  #take(page) {
    if (page.event.name !== this.#page.event.name) history.replaceState(null, '', `${LIST}/${encodeURIComponent(page.event.name)}${location.hash}`);
    this.#page = page;
    this.#draw();
  }

  /** @param {'undo' | 'redo' | null} way @param {string} label */
  #saidDone(way, label) {
    setAttribute(this.#said, 'data-refused', false);
    if (way) say(this.#said, `event.${way}_done`, { label });
    else {
      this.#said.removeAttribute('data-t');
      this.#said.replaceChildren();
    }
  }

  /** @param {unknown} error @param {'undo' | 'redo' | null} way what was refused, if not an edit */
  #refused(error, way) {
    setAttribute(this.#said, 'data-refused', true);
    const problems = error instanceof api.ApiError ? /** @type {(import('./api.js').CellProblem & {room: string})[]} */ (error.details.problems ?? []) : [];
    // Shown at their cells too, until the next edit.
    const consultations = this.#page.consultations.map((room) => ({ ...room, problems: [...room.problems.filter(({ refused }) => !refused), ...problems.filter((each) => each.room === room.id)] }));
    if (problems.length > 0) this.#page = { ...this.#page, consultations };
    this.#draw();
    if (!(error instanceof api.ApiError)) {
      say(this.#said, 'error.failed');
      throw error;
    }
    if (error.code === 'confirm_needed') {
      say(this.#said, 'event.left_as_it_was');
      return;
    }
    this.#said.removeAttribute('data-t');
    const lines = problems.map(({ code, params, message }) => {
      const line = h('span', {}, message);
      if (has(`problem.${code}`)) say(line, `problem.${code}`, params);
      return line;
    });
    const words = h('span', {}, error.message);
    const known = has(`event.refused_${error.code}`) ? `event.refused_${error.code}` : error.message ? null : 'error.failed';
    if (known) say(words, known);
    this.#said.replaceChildren(...(lines.length > 0 ? lines : [words]), h('span', { 'data-t': 'event.nothing_changed' }));
    // Somebody removed what was edited, or another edit is next to be taken back: look again.
    if (way || ['room_not_found', 'participant_not_found'].includes(error.code)) {
      void api.eventPage(this.#page.event.name).then((page) => this.#take(page));
    }
  }

  #draw() {
    const { event, undo, redo, consultations, participants, booths } = this.#page;
    this.#heading.textContent = event.name;
    this.#matching.href = `/organiser/matching?event=${encodeURIComponent(event.name)}`;
    document.title = event.name;
    for (const [button, edit, way] of /** @type {const} */ ([[this.#undo, undo, 'undo'], [this.#redo, redo, 'redo']])) {
      button.disabled = edit === null;
      if (edit) {
        say(button, `event.${way}_of`, { label: edit.label, by: edit.by }, 'label');
        say(button, `event.${way}_of`, { label: edit.label, by: edit.by }, 'title');
      } else for (const name of ['aria-label', 'title', 'data-t-label', 'data-t-title']) button.removeAttribute(name);
    }
    const counts = { consultations: consultations.length, participants: participants.length, booths: booths.length, settings: null };
    for (const tab of TABS) {
      const button = this.#tabs.querySelector(`#tab-${tab}`);
      if (!(button instanceof HTMLButtonElement)) continue;
      setAttribute(button, 'aria-selected', String(tab === this.#tab));
      button.tabIndex = tab === this.#tab ? 0 : -1;
      if (button.lastElementChild) button.lastElementChild.textContent = counts[tab] === null ? '' : String(counts[tab]);
    }
    setAttribute(this.#body, 'aria-labelledby', `tab-${this.#tab}`);
    keepingFocus(this.#body, () => this.#body.replaceChildren(PANELS[this.#tab](this.#page, (edit) => this.edit(edit))));
  }

  again() {
    this.#draw();
  }
}

/** Asks where somebody would be sent away. @param {(confirmed: boolean) => Promise<EventPage>} act */
async function attempt(act) {
  try {
    return await act(false);
  } catch (error) {
    if (!(error instanceof api.ApiError) || error.code !== 'confirm_needed') throw error;
    if (!(await confirmLeaving(/** @type {string[]} */ (error.details.inside)))) throw error;
    return act(true);
  }
}

async function main() {
  await Promise.all([startLanguage(), startRights()]);
  const name = decodeURIComponent(location.pathname.slice(LIST.length + 1));
  const top = h('header', { class: 'top' }, h('a', { class: 'brand', href: '/organiser', 'data-t': 'page.brand' }),
    h('nav', { class: 'top-links', 'data-t-label': 'event.pages' },
      h('a', { class: 'button quiet', href: '/organiser', 'data-action': 'board', 'data-t': 'board.title' }),
      h('a', { class: 'button quiet', href: LIST, 'data-action': 'events', 'data-t': 'event.all' })),
    languageSwitch(),
    h('button', { type: 'button', class: 'quiet', 'data-action': 'sign-out', 'data-t': 'board.sign_out', onclick: () => void api.signOut().then(() => location.assign('/')) }));
  try {
    if (!name) {
      const title = document.querySelector('title');
      if (title) say(title, 'event.all');
      document.body.replaceChildren(top, await eventsList());
      return;
    }
    const editor = new EventEditor(await api.eventPage(name));
    document.body.replaceChildren(top, editor.element);
    onLanguage(() => editor.again());
  } catch (error) {
    const code = error instanceof api.ApiError ? error.code : '';
    const words = h('p', { class: 'failure', role: 'alert', 'data-t': [`event.refused_${code}`, `error.${code}`].find(has) ?? 'error.failed' });
    document.body.replaceChildren(top, h('main', { class: 'organiser' }, words));
  }
}

void main();
