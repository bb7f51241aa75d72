/** The organiser's page: the list, live, and what one can do from it. */

import * as api from './api.js';
import { reduce, start } from './board.js';
import { has, onLanguage, say, startLanguage } from './i18n.js';
import { Connection, socketUrl } from './protocol.js';
import { startRights } from './rights.js';
import { Board } from './views/board.js';
import { h, setText } from './views/dom.js';
import { HealthLine } from './views/health.js';
import { HelpAlarm } from './views/help_alarm.js';
import { icon } from './views/icons.js';
import { languageSwitch } from './views/language_switch.js';
import { newRoom } from './views/new_room.js';
import { importSchedule } from './views/schedule.js';

/** @import {BoardAction, BoardView} from './board.js' */
/** @import {BoardMessage} from './protocol.js' */

/** How often health is asked for, and minutes are counted anew (ms). */
const LOOK_MS = 10_000;

class OrganiserPage {
  /** @type {BoardView} */ #state = start;
  /** @type {api.Health | null} */ #health = null;
  #failure = h('p', { class: 'failure toast', role: 'alert' });
  #line = new HealthLine();
  #import = h('button', { type: 'button', 'data-needs': 'organiser', 'data-action': 'import-schedule', onclick: importSchedule }, icon('upload'), h('span', { 'data-t': 'board.import' }));
  #alarm = new HelpAlarm();
  #drawing = false;
  #board = new Board((error) => this.#failed(error));

  begin() {
    this.#failure.hidden = true;
    document.body.replaceChildren(
      h('header', { class: 'top' }, h('span', { class: 'brand', 'data-t': 'page.brand' }), this.#line.element, languageSwitch(), this.#alarm.button,
        h('a', { class: 'button quiet', href: '/organiser/accounts', 'data-action': 'accounts', 'data-t': 'accounts.link' }),
        h('button', { type: 'button', class: 'quiet', 'data-action': 'sign-out', 'data-t': 'board.sign_out', onclick: () => void api.signOut().then(() => location.assign('/')) })),
      h('main', { class: 'organiser' },
        h('div', { class: 'organiser-head' }, h('h1', { 'data-t': 'board.title' }),
          h('div', { class: 'organiser-actions' },
            h('a', { class: 'button', href: '/organiser/events', 'data-needs': 'organiser', 'data-action': 'events' }, icon('edit'), h('span', { 'data-t': 'event.all' })),
            h('a', { class: 'button', href: '/organiser/matching', 'data-needs': 'organiser', 'data-action': 'matching', 'data-t': 'board.matching' }),
            h('a', { class: 'button', href: '/organiser/invitations', 'data-action': 'invitations', 'data-t': 'invite.link' }),
            h('a', { class: 'button', href: '/organiser/screens', 'data-action': 'screens', 'data-t': 'screens.link' }),
            this.#import,
            h('button', { type: 'button', 'data-needs': 'organiser', 'data-action': 'new-room', onclick: newRoom }, icon('plus'), h('span', { 'data-t': 'board.new' })))),
        this.#board.filters, this.#failure, this.#alarm.said, this.#board.element));
    onLanguage(() => this.#draw());
    const connection = new Connection({
      url: socketUrl(),
      first: () => ({ type: 'watch' }),
      onMessage: (/** @type {BoardMessage} */ message) => this.#apply(message),
      onStatus: (status) => this.#apply({ type: 'link', status }),
    });
    connection.start();
    void this.#look();
    setInterval(() => void this.#look(), LOOK_MS);
  }

  /** @param {BoardAction} action */
  #apply(action) {
    const workers = this.#state.workers;
    this.#state = reduce(this.#state, action, Date.now());
    // The session ended: the page explains how to sign in.
    if (this.#state.refused) location.assign('/organiser');
    if (this.#state.workers !== workers) void this.#look();
    this.#draw();
  }

  async #look() {
    this.#health = await api.health().catch(() => this.#health);
    this.#draw();
  }

  /** At most once a frame, however many messages came; a hidden page is drawn too, for it may have to ring. */
  #draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    setTimeout(() => {
      this.#drawing = false;
      this.#board.render(this.#state, Date.now());
      // With nothing there yet, this is where one begins.
      this.#import.classList.toggle('primary', this.#state.rooms?.length === 0);
      this.#line.render(this.#state, this.#health);
      this.#alarm.render(this.#state.rooms ?? []);
    }, 16);
  }

  /** @param {unknown} error */
  #failed(error) {
    this.#failure.hidden = false;
    const { code = '', message = '' } = error instanceof api.ApiError ? error : {};
    if (has(`error.${code}`) || !message) say(this.#failure, has(`error.${code}`) ? `error.${code}` : 'error.failed');
    else {
      this.#failure.removeAttribute('data-t');
      setText(this.#failure, message);
    }
    setTimeout(() => {
      this.#failure.hidden = true;
    }, LOOK_MS);
  }
}

await Promise.all([startLanguage(), startRights()]);
new OrganiserPage().begin();
