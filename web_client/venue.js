/** A hall's screen: a code until it is bound to a booth, then the booth's rooms by themselves, and what comes between. */

import { ApiError, askScreen } from './api.js';
import { backoffMs } from './backoff.js';
import { countdown, slot } from './countdown.js';
import { pageLocale, say, startLanguage, use } from './i18n.js';
import { negotiate } from './locale.js';
import { recall, remember } from './preferences.js';
import { WakeLock } from './wake_lock.js';
import { h, setText } from './views/dom.js';
import { RoomFrame } from './views/room_frame.js';

/** @import {ScreenState, ShownRoom, ShownScreen} from './api.js' */

/** So often it is asked what to show (ms). */
const ASK_MS = 4000;
/** After a refusal for asking too often (ms). */
const REFUSED_MS = 20_000;
/** So often an answer may stay away before one says so. */
const MISSED = 2;
const IDLE_MS = 4000;

class VenuePage {
  /** @type {ScreenState | null} */ #state = null;
  #clockMs = 0;
  #failed = 0;
  #drawn = '';
  #awake = new WakeLock();
  #movedAt = performance.now();
  #away = h('p', { class: 'venue-away', role: 'status', 'data-t': 'venue.away', hidden: true });
  #body = h('main', { class: 'venue-body' });
  #count = h('p', { class: 'venue-count', role: 'timer' });
  #clock = h('p', { class: 'venue-clock' });
  #rooms = new RoomFrame(document.body);

  begin() {
    document.body.replaceChildren(this.#body, this.#away);
    this.#awake.start();
    for (const name of ['pointermove', 'pointerdown', 'keydown']) addEventListener(name, () => (this.#movedAt = performance.now()));
    setInterval(() => this.#tick(), 1000);
    addEventListener('online', () => void this.#ask());
    void this.#keepAsking();
  }

  async #keepAsking() {
    const wait = await this.#ask();
    setTimeout(() => void this.#keepAsking(), wait);
  }

  /** @returns {Promise<number>} when to ask again (ms) */
  async #ask() {
    try {
      const state = await askScreen();
      this.#failed = 0;
      this.#clockMs = Date.parse(state.now_at) - Date.now();
      await this.#take(state);
      return ASK_MS;
    } catch (error) {
      this.#failed += 1;
      this.#tick();
      return error instanceof ApiError && error.code === 'rate_limited' ? REFUSED_MS : Math.max(1000, backoffMs(this.#failed));
    }
  }

  /** @param {ScreenState} state */
  async #take(state) {
    const { screen } = state;
    const locale = screen ? negotiate([screen.reads]) : null;
    if (locale && locale !== pageLocale()) await use(locale);
    if (screen && !this.#state?.screen) prepareRooms();
    this.#state = state;
    this.#rooms.show(screen?.url ?? null, screen?.now?.title ?? '');
    this.#draw();
  }

  #tick() {
    const nowMs = performance.now();
    this.#rooms.look(nowMs);
    document.documentElement.toggleAttribute('data-idle', nowMs - this.#movedAt > IDLE_MS);
    this.#away.hidden = this.#failed < MISSED || this.#rooms.shown;
    this.#time();
  }

  #draw() {
    const state = this.#state;
    if (!state) return;
    this.#body.hidden = this.#rooms.shown;
    const { pairing, screen } = state;
    const drawn = JSON.stringify([pairing?.code, screen, pageLocale()]);
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#body.dataset['shows'] = pairing ? 'pairing' : 'between';
      if (pairing) this.#body.replaceChildren(...pairingView(pairing.code, pairing.url));
      else if (screen) this.#body.replaceChildren(...this.#between(screen).filter((part) => part !== null));
    }
    this.#tick();
  }

  /** @param {ShownScreen} screen */
  #between(screen) {
    document.title = `${screen.booth} · ${screen.event}`;
    const [next, ...later] = screen.coming;
    const place = [screen.venue, screen.booth].filter(Boolean).join(' ');
    const head = h('header', { class: 'venue-head' }, h('div', {}, h('p', { class: 'venue-place' }, place), h('p', { class: 'venue-event' }, screen.event)), this.#clock);
    if (!next) return [head, h('section', { class: 'venue-next' }, h('h1', { 'data-t': 'venue.none' }))];
    return [head,
      h('section', { class: 'venue-next', 'data-next': next.id }, h('p', { class: 'venue-label', 'data-t': 'venue.next' }),
        h('h1', {}, ...apart(next)), h('p', { class: 'venue-what' }, h('span', { class: 'venue-slot' }, when(screen, next)), ' ', h('span', {}, next.title)), this.#count),
      later.length > 0 ? h('ul', { class: 'venue-later', 'data-t-label': 'venue.later' }, ...later.map((room) =>
        h('li', {}, h('span', { class: 'venue-slot' }, when(screen, room)), h('span', {}, parties(room))))) : null];
  }

  /** What changes by itself. */
  #time() {
    const screen = this.#state?.screen;
    if (!screen) return;
    const nowMs = Date.now() + this.#clockMs;
    setText(this.#clock, new Intl.DateTimeFormat(pageLocale(), { timeZone: screen.time_zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(nowMs));
    const start = Date.parse(screen.coming[0]?.starts_at ?? '');
    const left = countdown(start - nowMs);
    if (left !== null) {
      this.#count.removeAttribute('data-t');
      setText(this.#count, left);
    } else if (start <= nowMs) say(this.#count, 'venue.soon');
    else {
      this.#count.removeAttribute('data-t');
      setText(this.#count, new Intl.DateTimeFormat(pageLocale(), { timeZone: screen.time_zone, dateStyle: 'full' }).format(start));
    }
  }
}

/** @param {string} code @param {string} url */
function pairingView(code, url) {
  const shown = h('p', { class: 'venue-code', 'data-code': code });
  setText(shown, `${code.slice(0, 3)} ${code.slice(3)}`);
  const where = h('p', { class: 'venue-where' });
  setText(where, url.replace(/^https?:\/\//, '').replace(/\?.*$/, ''));
  // The code in the address only makes the browser load it anew.
  const qr = h('img', { class: 'venue-qr', src: `/venue/qr.svg?${code}`, width: 320, height: 320, 'data-t-label': 'venue.qr' });
  return [h('section', { class: 'venue-pairing' }, h('h1', { 'data-t': 'venue.pair' }), shown,
    h('div', { class: 'venue-how' }, qr, h('div', {}, h('p', { 'data-t': 'venue.pair_how' }), where, h('p', { class: 'hint', 'data-t': 'venue.pair_renews' }))))];
}

/** @param {ShownRoom} room */
function parties({ parties: all, title }) {
  return all.map(({ company, name }) => company || name).join(' ↔ ') || title;
}

/** As above, each name in one piece where it fits. @param {ShownRoom} room */
function apart(room) {
  return parties(room).split(' ↔ ').flatMap((name, at) => [at > 0 ? ' ↔ ' : '', h('span', {}, name)]);
}

/** @param {ShownScreen} screen @param {ShownRoom} room */
function when(screen, room) {
  return room.starts_at ? slot(screen.time_zone, pageLocale(), Date.parse(room.starts_at), room.duration_min) : '';
}

/** What the room's page would otherwise be asked for by hand, unless somebody chose it here before. */
function prepareRooms() {
  for (const [key, value] of [['look.size', 'huge'], ['transcript', 'closed']]) if (key && !recall(key)) remember(key, value ?? '');
}

await startLanguage();
new VenuePage().begin();
