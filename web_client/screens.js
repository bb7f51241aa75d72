/** The screens of an event's booths: bound with the code that they show, renamed, moved, unbound. */

import * as api from './api.js';
import { pageLocale, say } from './i18n.js';
import { mayOrganise } from './rights.js';
import { dialog } from './views/dialog.js';
import { h, setAttribute } from './views/dom.js';
import { eventPage } from './views/event_page.js';
import { languageSelect } from './views/language_select.js';

/** @import {Booth, BoundScreen} from './api.js' */

const LOOK_MS = 10_000;
/** A screen asks every few seconds, which is written down every half minute. */
const SEEN_MS = 90_000;
const SENDS = ['nothing', 'sound', 'sound_and_picture'];
/** Refusals that have a sentence of their own. */
const SAID = ['pairing_not_found', 'booth_not_found', 'screen_not_found'];

class Screens {
  #event = '';
  /** @type {Booth[]} */ #booths = [];
  #drawn = '';
  #list = h('ul', { class: 'users screens' });
  #form;
  #code = h('input', { name: 'code', required: true, maxlength: 12, autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', class: 'code-input' });
  #booth = h('select', { name: 'booth', required: true });
  #name = h('input', { name: 'name', maxlength: 80, autocomplete: 'off' });
  #reads = languageSelect(pageLocale(), { name: 'reads' });
  #said = h('p', { class: 'form-said', role: 'status' });
  #bind = h('button', { class: 'primary', 'data-action': 'bind-screen', 'data-t': 'screens.bind' });

  constructor() {
    this.#code.value = new URLSearchParams(location.search).get('code') ?? '';
    this.#form = h('form', { class: 'screen-form' },
      field('screens.code', this.#code), field('screens.booth', this.#booth), field('screens.name', this.#name), field('screens.reads', this.#reads), this.#bind, this.#said);
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#add();
    });
    this.element = h('div', { class: 'accounts' },
      h('section', { class: 'account-card', 'data-needs': 'organiser' }, h('h2', { 'data-t': 'screens.new' }), h('p', { class: 'hint', 'data-t': 'screens.how' }), this.#form),
      h('section', { class: 'account-card' }, h('h2', { 'data-t': 'screens.bound' }), this.#list));
  }

  /** @param {string} event */
  async show(event) {
    // The language of the page is known by now.
    if (!this.#event) this.#reads.value = pageLocale();
    this.#event = event;
    this.#booths = await api.boothsOf(event).catch(() => []);
    const chosen = this.#booth.value;
    this.#booth.replaceChildren(...this.#options());
    if (this.#booths.some(({ name }) => name === chosen)) this.#booth.value = chosen;
    this.#bind.disabled = this.#booths.length === 0;
    if (this.#booths.length === 0) say(this.#said, 'screens.no_booths');
    else this.#said.replaceChildren();
    this.#drawn = '';
    await this.look();
  }

  #options() {
    return this.#booths.map(({ name, venue }) => h('option', { value: name }, [venue, name].filter(Boolean).join(' ')));
  }

  async #add() {
    this.#bind.disabled = true;
    const name = this.#name.value.trim();
    try {
      await api.bindScreen(this.#event, { code: this.#code.value, booth: this.#booth.value, reads: this.#reads.value, ...(name ? { name } : {}) });
      this.#code.value = '';
      this.#name.value = '';
      say(this.#said, 'screens.done');
      await this.look();
    } catch (error) {
      refused(this.#said, error);
    }
    this.#bind.disabled = false;
  }

  async look() {
    const found = await api.screensOf(this.#event).catch(() => null);
    if (!found) return;
    const now = Date.parse(found.now_at);
    const drawn = JSON.stringify(found.screens.map((screen) => [screen, isSeen(screen, now), pageLocale()]));
    // What one is about to choose must not be taken away under the hand.
    if (drawn === this.#drawn || this.#list.contains(document.activeElement)) return;
    this.#drawn = drawn;
    const rows = found.screens.map((screen) => this.#row(screen, now));
    this.#list.replaceChildren(...(rows.length > 0 ? rows : [h('li', { class: 'hint', 'data-t': 'screens.none' })]));
  }

  /** @param {BoundScreen} screen @param {number} nowMs */
  #row(screen, nowMs) {
    const seen = isSeen(screen, nowMs);
    const state = h('span', { class: 'hint' });
    if (seen) say(state, 'screens.seen');
    else say(state, 'screens.unseen', { time: new Intl.DateTimeFormat(pageLocale(), { dateStyle: 'short', timeStyle: 'short' }).format(Date.parse(screen.seen_at)) });
    const refusal = h('p', { class: 'failure', role: 'alert' });
    const change = (/** @type {object} */ wanted) => api.changeScreen(screen.id, wanted).then(() => this.#again(), (error) => refused(refusal, error));
    const booth = h('select', { 'data-action': 'move-screen', disabled: !mayOrganise() }, ...this.#options());
    booth.value = screen.booth;
    say(booth, 'screens.booth_of', { name: screen.name }, 'label');
    booth.addEventListener('change', () => void change({ booth: booth.value }));
    const sends = h('select', { 'data-action': 'screen-sends', disabled: !mayOrganise() }, ...SENDS.map((value) => h('option', { value, 'data-t': `venue.${value}` })));
    sends.value = screen.sends;
    say(sends, 'venue.of', { name: screen.name }, 'label');
    sends.addEventListener('change', () => void change({ sends: sends.value }));
    const rename = h('button', { type: 'button', class: 'quiet', 'data-needs': 'organiser', 'data-action': 'rename-screen', 'data-t': 'screens.rename', onclick: () => this.#rename(screen) });
    const unbind = h('button', { type: 'button', class: 'quiet', 'data-needs': 'organiser', 'data-action': 'unbind-screen', 'data-t': 'screens.unbind', onclick: () => this.#unbind(screen) });
    const element = h('li', { class: 'user screen', 'data-screen': screen.id },
      h('div', {}, h('span', { class: 'dot', 'aria-hidden': 'true', 'data-on': seen }), h('strong', {}, screen.name), state),
      h('div', { class: 'screen-choices' }, booth, sends), h('div', { class: 'person-actions' }, rename, unbind), refusal);
    setAttribute(element, 'data-seen', seen);
    return element;
  }

  async #again() {
    this.#drawn = '';
    /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
    await this.look();
  }

  /** @param {BoundScreen} screen */
  #rename(screen) {
    const name = h('input', { name: 'name', required: true, maxlength: 80, value: screen.name });
    const reads = languageSelect(screen.reads, { name: 'reads' });
    const said = h('p', { class: 'form-said', role: 'alert' });
    const form = h('form', { class: 'dialog-body' }, field('screens.name', name), field('screens.reads', reads), said, h('div', { class: 'dialog-foot' }, h('button', { class: 'primary', 'data-action': 'save-screen', 'data-t': 'screens.save' })));
    const opened = dialog('screens.rename', form);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      api.changeScreen(screen.id, { name: name.value.trim(), reads: reads.value }).then(() => {
        opened.close();
        return this.#again();
      }, (error) => refused(said, error));
    });
  }

  /** @param {BoundScreen} screen */
  #unbind(screen) {
    const question = h('p');
    say(question, 'screens.unbind_question', { name: screen.name });
    const confirm = h('button', { type: 'button', class: 'danger', 'data-action': 'confirm', 'data-t': 'screens.unbind' });
    const asked = dialog('screens.unbind', h('div', { class: 'dialog-body' }, question, h('div', { class: 'dialog-foot' }, confirm)));
    confirm.addEventListener('click', () => {
      confirm.disabled = true;
      api.unbindScreen(screen.id).then(() => {
        asked.close();
        return this.#again();
      }, (error) => refused(question, error));
    });
  }
}

/** @param {BoundScreen} screen @param {number} nowMs the server's clock */
function isSeen(screen, nowMs) {
  return nowMs - Date.parse(screen.seen_at) < SEEN_MS;
}

/** @param {HTMLElement} element @param {unknown} error */
function refused(element, error) {
  const code = error instanceof api.ApiError ? error.code : '';
  say(element, SAID.includes(code) ? `error.${code}` : 'error.failed');
}

/** @param {string} key @param {HTMLElement} control */
function field(key, control) {
  return h('label', { class: 'field' }, h('span', { 'data-t': key }), control);
}

const screens = new Screens();
void eventPage('screens.title', screens.element, (event) => void screens.show(event));
setInterval(() => void screens.look(), LOOK_MS);
