/** The draft of an event's timetable: made from wishes, changed by hand, published. */

import { ApiError } from './api.js';
import { DraftHistory, asPut, changeTo } from './draft_history.js';
import { has, onLanguage, say, startLanguage, t } from './i18n.js';
import { signOf } from './keys.js';
import * as api from './matching_api.js';
import { h } from './views/dom.js';
import { icon } from './views/icons.js';
import { languageSwitch } from './views/language_switch.js';
import { MatchingGrid } from './views/matching_grid.js';
import { placementDialog } from './views/placement_dialog.js';
import { publishDialog } from './views/publish_dialog.js';
import { slotsDialog } from './views/slots_dialog.js';
import { SolvingLine } from './views/solving_line.js';
import { UnplacedList } from './views/unplaced_list.js';
import { wishesDialog } from './views/wishes_dialog.js';

/** @import {Matching} from './timetable.js' */
/** @typedef {{put?: object[], remove?: {seller: string, buyer: string}[], locked?: boolean}} DraftChange */

/** How often the solver is asked how far it is (ms). */
const POLL_MS = 700;
const TOAST_MS = 10_000;
/** Refusals that would come again. */
const IMPOSSIBLE = ['matching_changed', 'participant_not_found', 'invalid_body'];

class MatchingPage {
  /** @type {Matching | null} */ #state = null;
  #history = new DraftHistory();
  #event = new URLSearchParams(location.search).get('event') ?? '';
  /** @type {{name: string}[]} */ #events = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** @type {Promise<unknown>} */ #changes = Promise.resolve();
  /** The timetable that is being made was asked for on this page. */ #solvesHere = false;
  #failure = h('p', { class: 'failure toast', role: 'alert' });
  #choice = h('select', { 'data-action': 'choose-event', 'data-t-label': 'matching.event' });
  #edit = h('a', { class: 'button', 'data-action': 'edit-event' }, icon('edit'), h('span', { 'data-t': 'event.edit' }));
  #steps = h('div', { class: 'matching-steps' });
  #summary = h('p', { class: 'matching-summary', role: 'status' });
  #empty = h('p', { class: 'board-empty' });
  #grid = new MatchingGrid({
    onOpen: (placement) => this.#open(placement.seller, placement.buyer),
    onMove: (placement, change) => void this.#change({ put: [{ ...asPut(placement), ...change }] }),
  });
  #unplaced = new UnplacedList((seller, buyer) => this.#open(seller, buyer));
  #solving = new SolvingLine(() => void this.#stop());
  #buttons = {
    slots: this.#button('edit-slots', 'edit', () => this.#state && slotsDialog(this.#state, (terms) => this.#terms(terms))),
    wishes: this.#button('wishes', 'upload', () => this.#state && wishesDialog(this.#state, () => void this.#load())),
    add: this.#button('add-placement', 'plus', () => this.#open('', '')),
    lock: this.#button('lock-all', null, () => void this.#change({ locked: !this.#allLocked() })),
    solve: this.#button('solve', 'turn', () => void this.#solve()),
    undo: this.#button('undo', 'undo', () => void this.#turn('undo')),
    redo: this.#button('redo', 'redo', () => void this.#turn('redo')),
    publish: this.#button('publish', 'check', () => this.#state && publishDialog(this.#state, () => void this.#load())),
  };

  async begin() {
    this.#failure.hidden = true;
    this.#buttons.solve.classList.add('primary');
    document.body.replaceChildren(
      h('header', { class: 'top' }, h('a', { class: 'brand', href: '/organiser', 'data-t': 'page.brand' }),
        h('a', { class: 'button quiet', href: '/organiser', 'data-t': 'accounts.back' }), languageSwitch()),
      h('main', { class: 'organiser matching' },
        h('div', { class: 'organiser-head' }, h('h1', { 'data-t': 'matching.title' }), h('div', { class: 'organiser-actions' }, this.#choice, this.#edit)),
        this.#steps, this.#solving.element, this.#summary, this.#failure, this.#empty,
        this.#grid.element, this.#unplaced.element));
    const { slots, wishes, add, lock, solve, undo, redo, publish } = this.#buttons;
    this.#steps.replaceChildren(slots, wishes, solve, add, lock, undo, redo, publish);
    document.addEventListener('keydown', (event) => this.#key(event));
    this.#choice.addEventListener('change', () => location.assign(`/organiser/matching?event=${encodeURIComponent(this.#choice.value)}`));
    onLanguage(() => this.#draw());
    try {
      this.#events = await api.events();
      this.#event ||= this.#events[0]?.name ?? '';
      this.#choice.replaceChildren(...this.#events.map(({ name }) => h('option', { value: name, selected: name === this.#event }, name)));
    } catch (error) {
      this.#failed(error);
    }
    this.#choice.hidden = this.#edit.hidden = this.#events.length === 0;
    this.#edit.href = `/organiser/events/${encodeURIComponent(this.#event)}`;
    say(this.#edit, 'event.edit_of', { event: this.#event }, 'label');
    await this.#load();
  }

  /** @param {string} action @param {string | null} sign @param {() => void} act */
  #button(action, sign, act) {
    return h('button', { type: 'button', 'data-action': action, onclick: act }, sign ? icon(sign) : null, h('span', { 'data-t': `matching.${action.replaceAll('-', '_')}` }));
  }

  async #load() {
    if (!this.#event) return this.#draw();
    await this.#attempt(async () => this.#show(await api.matching(this.#event)));
  }

  /** @param {Matching} state @param {boolean} made here, so that it can be taken back */
  #show(state, made = false) {
    if (made && this.#state) this.#history.note(this.#state, state);
    this.#history.see(state);
    this.#state = state;
    this.#draw();
    clearTimeout(this.#timer);
    if (isRunning(state.solving)) this.#timer = setTimeout(() => void this.#poll(), POLL_MS);
  }

  async #poll() {
    await this.#attempt(async () => {
      const { solving } = await api.solving(this.#event);
      if (!this.#state) return;
      if (isRunning(solving)) this.#show({ ...this.#state, solving });
      else {
        this.#show(await api.matching(this.#event), solving?.state === 'done' && this.#solvesHere);
        this.#solvesHere = false;
        if (solving?.state === 'failed') this.#failed(new Error(solving.message));
      }
    });
  }

  #draw() {
    const state = this.#state;
    const title = document.querySelector('title');
    if (title) say(title, 'matching.page_title');
    const solving = isRunning(state?.solving ?? null);
    const parties = state?.people.some(({ role }) => role === 'seller') && state.people.some(({ role }) => role === 'buyer');
    for (const button of Object.values(this.#buttons)) button.disabled = !state || solving;
    this.#buttons.solve.disabled ||= !state?.slots.length || !state.wishes;
    this.#buttons.lock.disabled ||= !state?.placements.length;
    this.#buttons.add.disabled ||= !parties || !state?.slots.length;
    for (const way of /** @type {const} */ (['undo', 'redo'])) this.#buttons[way].disabled ||= !this.#history.has(way);
    this.#buttons.publish.disabled ||= !state?.placements.length && !state?.slots.length;
    say(/** @type {HTMLElement} */ (this.#buttons.lock.querySelector('span')), this.#allLocked() ? 'matching.unlock_all' : 'matching.lock_all');
    this.#solving.render(state?.solving ?? null);
    this.#summary.hidden = !state?.placements.length;
    if (state) this.#sayWhatThereIs(state);
    const missing = !this.#events.length ? 'no_events' : !parties ? 'no_people' : !state?.slots.length ? 'no_slots' : !state.wishes && !state.placements.length ? 'no_wishes' : '';
    this.#empty.hidden = !missing;
    if (missing) say(this.#empty, `matching.${missing}`);
    this.#grid.render(state, solving);
    this.#unplaced.render(state, solving);
  }

  /** @param {Matching} state */
  #sayWhatThereIs(state) {
    const wrong = state.placements.filter(({ odd }) => odd.length > 0).length;
    const parts = [t('matching.placed', { count: state.placements.length }), t('matching.left_out', { count: state.unplaced.length })];
    if (wrong) parts.push(t('matching.wrong', { count: wrong }));
    if (state.score !== null && state.bound !== null && state.bound > 0) {
      const percent = Math.floor((100 * state.score) / state.bound + 1e-6);
      parts.push(percent >= 100 ? t('matching.is_best') : t('matching.of_best', { percent }));
    }
    const text = parts.join(' · ');
    if (this.#summary.textContent !== text) this.#summary.textContent = text;
  }

  #allLocked() {
    return Boolean(this.#state?.placements.length && this.#state.placements.every(({ locked }) => locked));
  }

  /** @param {string} seller @param {string} buyer */
  #open(seller, buyer) {
    if (this.#state) placementDialog(this.#state, seller, buyer, (change) => this.#change(change));
  }

  /**
   * One after the other, so that each is made on top of what the one before came to.
   * @param {DraftChange | ((now: Matching) => DraftChange)} change
   * @returns {Promise<Matching | null>} the state afterwards, null when it was refused
   */
  #change(change) {
    const made = this.#changes.then(() => this.#make(change));
    this.#changes = made;
    return made;
  }

  /** @param {DraftChange | ((now: Matching) => DraftChange)} change @returns {Promise<Matching | null>} */
  async #make(change) {
    const before = this.#state;
    if (!before) return null;
    let after = null;
    await this.#attempt(async () => {
      after = await api.changeDraft(this.#event, { revision: before.revision, ...(typeof change === 'function' ? change(before) : change) });
      this.#show(after, true);
    });
    return after;
  }

  /** @param {import('./draft_history.js').Way} way */
  #turn(way) {
    this.#changes = this.#changes.then(() => this.#attempt(async () => {
      const [now, wanted] = [this.#state, this.#history.next(way)];
      if (!now || !wanted || isRunning(now.solving)) return;
      try {
        const after = await api.changeDraft(this.#event, { revision: now.revision, ...changeTo(now.placements, wanted) });
        this.#history.turned(way, now, after);
        this.#show(after);
      } catch (error) {
        // Somebody of it is gone, or the consultation has begun: what was before cannot be again.
        if (error instanceof ApiError && IMPOSSIBLE.includes(error.code)) this.#history.forget();
        this.#draw();
        throw error;
      }
    }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || document.querySelector('dialog[open]')) return;
    const sign = signOf(event);
    const way = sign === 'y' || (sign === 'z' && event.shiftKey) ? 'redo' : sign === 'z' ? 'undo' : null;
    if (!way) return;
    event.preventDefault();
    this.#turn(way);
  }

  /** @param {object} terms */
  async #terms(terms) {
    await this.#attempt(async () => this.#show(await api.putTerms(this.#event, { revision: this.#state?.revision ?? 0, ...terms }), true));
  }

  async #solve() {
    await this.#attempt(async () => {
      const { solving } = await api.solve(this.#event);
      this.#solvesHere = true;
      if (this.#state) this.#show({ ...this.#state, solving });
    });
  }

  async #stop() {
    await this.#attempt(async () => {
      await api.stopSolving(this.#event);
      this.#solvesHere = false;
      await this.#load();
    });
  }

  /** @param {() => Promise<void>} act */
  async #attempt(act) {
    try {
      await act();
    } catch (error) {
      this.#failed(error);
      // Somebody else changed it: what they made of it is shown.
      if (!(error instanceof ApiError) || error.code !== 'matching_changed') return;
      this.#history.forget();
      this.#show(await api.matching(this.#event));
    }
  }

  /** @param {unknown} error */
  #failed(error) {
    if (error instanceof ApiError && error.code === 'unauthorised') location.assign('/organiser');
    this.#failure.hidden = false;
    const code = error instanceof ApiError ? error.code : '';
    say(this.#failure, code === 'matching_changed' ? 'matching.changed_meanwhile' : has(`error.${code}`) ? `error.${code}` : 'error.failed');
    setTimeout(() => {
      this.#failure.hidden = true;
    }, TOAST_MS);
  }
}

/** @param {import('./timetable.js').Job | null} job */
function isRunning(job) {
  return job?.state === 'waiting' || job?.state === 'solving';
}

await startLanguage();
void new MatchingPage().begin();
