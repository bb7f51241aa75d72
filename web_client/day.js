/** A participant's own page: their consultations in their own time zone, the way in, and the calendar. */

import { ApiError, day as readDay } from './api.js';
import { byDay, next, soon, startZone } from './agenda.js';
import { FollowedRooms } from './followed_rooms.js';
import { longDate, pageLocale, say, startLanguage, onLanguage } from './i18n.js';
import { recall, remember } from './preferences.js';
import { agendaRow } from './views/agenda_row.js';
import { dialog } from './views/dialog.js';
import { h, setAttribute, setText } from './views/dom.js';
import { embeddedNotice } from './views/embedded.js';
import { endedView } from './views/ended.js';
import { icon } from './views/icons.js';
import { languageSwitch } from './views/language_switch.js';

/** @import {Day, DayRoom} from './agenda.js' */

/** How often it is asked whether a room has opened (ms). */
const LOOK_MS = 15_000;
const TOKEN = decodeURIComponent(location.pathname.split('/').filter(Boolean).at(-1) ?? '');

class DayPage {
  /** @type {Day | null} */ #day = null;
  #zone = '';
  #drawn = '';
  /** @type {FollowedRooms | null} */ #rooms = null;
  #main = h('main', { class: 'day' });
  #heading = h('h1');
  #who = h('p', { class: 'hint' });
  #zones = h('select', { name: 'zone', 'data-t-label': 'day.zone' });
  #body = h('div', { class: 'day-body' });

  begin() {
    const calendar = h('a', { class: 'button', href: `/d/${encodeURIComponent(TOKEN)}/consultations.ics`, download: '', 'data-action': 'calendar' }, icon('download'), h('span', { 'data-t': 'day.calendar' }));
    const phone = h('button', { type: 'button', 'data-action': 'qr', 'data-t': 'day.phone', onclick: showQr });
    this.#zones.addEventListener('change', () => {
      this.#zone = this.#zones.value;
      remember('zone', this.#zone);
      this.#draw();
    });
    document.body.replaceChildren(
      h('header', { class: 'top' }, h('span', { class: 'brand', 'data-t': 'page.brand' }), languageSwitch()),
      this.#main);
    this.#main.append(
      ...[embeddedNotice()].filter((part) => part !== null), this.#heading, this.#who,
      h('div', { class: 'day-tools' }, calendar, phone, h('label', { class: 'day-zone' }, h('span', { 'data-t': 'day.zone' }), this.#zones)),
      this.#body,
      h('p', { class: 'hint day-data' }, h('a', { href: `/d/${encodeURIComponent(TOKEN)}/data`, download: '', 'data-action': 'own-data', 'data-t': 'day.own_data' }), ' ', h('span', { 'data-t': 'day.own_data_hint' })));
    onLanguage(() => this.#draw());
    void this.#look();
    setInterval(() => void this.#look(), LOOK_MS);
  }

  async #look() {
    try {
      this.#day = await readDay(TOKEN);
    } catch (error) {
      if (error instanceof ApiError && ['unknown_link', 'revoked_link'].includes(error.code)) end(error.code);
      return;
    }
    if (!this.#zone) {
      this.#zone = recall('zone') || startZone(this.#day.time_zone);
      this.#fillZones(this.#day.time_zone);
    }
    this.#follow(this.#day);
    this.#draw();
  }

  /** @param {string | null} known */
  #fillZones(known) {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const wanted = new Set([this.#zone, ...(known ? [known] : []), here, 'Asia/Seoul']);
    const all = Intl.supportedValuesOf?.('timeZone') ?? [];
    this.#zones.replaceChildren(...[...new Set([...wanted, ...all])].map((zone) => h('option', { value: zone }, zone.replaceAll('_', ' '))));
    this.#zones.value = this.#zone;
  }

  /** An interpreter's rooms, live, above what is to come. @param {Day} day */
  #follow(day) {
    if (day.role !== 'interpreter') return;
    this.#rooms ??= new FollowedRooms(TOKEN, () => this.#roomsChanged(), (code) => end(code));
    if (!this.#rooms.element.isConnected) {
      this.#body.before(this.#rooms.element);
      setAttribute(this.#main, 'data-rooms', true);
    }
    this.#rooms.know(day);
  }

  /** One that has just opened is not known with its way in yet. */
  #roomsChanged() {
    const open = new Set(this.#day?.rooms.filter(({ state }) => state === 'open').map(({ id }) => id));
    if ([...(this.#rooms?.shown ?? [])].some((id) => !open.has(id))) void this.#look();
    this.#draw();
  }

  #draw() {
    const day = this.#day;
    if (!day) return;
    this.#title(day);
    setText(this.#heading, day.event);
    setText(this.#who, [day.company, day.name].filter((part, at, all) => part && all.indexOf(part) === at).join(' · '));
    const nowMs = Date.now() + (this.#rooms?.clockMs ?? 0);
    const shown = this.#rooms?.shown ?? new Set();
    const upcoming = next(day.rooms, nowMs);
    const minute = day.role === 'interpreter' ? Math.floor(nowMs / 60_000) : 0;
    const drawn = JSON.stringify([day, this.#zone, pageLocale(), upcoming?.id, minute, [...shown]]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const focused = this.#body.contains(document.activeElement) ? document.activeElement?.closest('[data-room]')?.getAttribute('data-room') : null;
    const action = document.activeElement?.getAttribute('data-action');
    const listed = day.rooms.filter(({ id }) => !shown.has(id));
    const now = day.role === 'interpreter' ? soon(listed, nowMs) : [];
    const row = (/** @type {DayRoom} */ room) => agendaRow(room, day, { zone: this.#zone, upcoming: room === upcoming, nowMs, preparation: day.role === 'interpreter' ? `/d/${encodeURIComponent(TOKEN)}/preparation/${encodeURIComponent(room.id)}` : null });
    const finished = day.role === 'interpreter' ? listed.filter(({ state }) => state === 'closed') : [];
    const sections = byDay(listed.filter((room) => !now.includes(room) && !finished.includes(room)), this.#zone).map(({ day: date, rooms }) => {
      const heading = h('h2', { class: 'section-day' });
      if (date) setText(heading, longDate(new Date(`${date}T12:00`)));
      else say(heading, 'row.any_time');
      return section(heading, rooms.map(row));
    });
    if (now.length > 0) sections.unshift(section(h('h2', { class: 'section-day', 'data-t': 'day.soon' }), now.map(row)));
    if (finished.length > 0) sections.push(section(h('h2', { class: 'section-day', 'data-t': 'day.finished' }), finished.map(row)));
    const none = day.rooms.length === 0 ? [h('p', { class: 'board-empty', 'data-t': 'day.none' })] : [];
    this.#body.replaceChildren(...(sections.length > 0 ? sections : none));
    if (focused) /** @type {HTMLElement | null} */ (this.#body.querySelector(`[data-room="${focused}"] [data-action="${action}"]`))?.focus();
  }

  /** @param {Day} day */
  #title(day) {
    const alerts = this.#rooms?.alerts ?? 0;
    document.title = alerts > 0 ? `(${alerts}) ${day.event}` : day.event;
  }
}

/** @param {HTMLElement} heading @param {HTMLElement[]} rows */
function section(heading, rows) {
  return h('section', { class: 'section' }, heading, h('ul', { class: 'agenda' }, ...rows));
}

/** @param {string} code */
function end(code) {
  document.body.replaceChildren(endedView(code, ''));
}

function showQr() {
  const image = h('img', { class: 'qr', src: `/d/${encodeURIComponent(TOKEN)}/qr.svg`, width: 320, height: 320, 'data-t-label': 'day.phone' });
  dialog('day.phone', h('div', { class: 'qr-card' }, image, h('p', { class: 'hint', 'data-t': 'day.phone_hint' })));
}

const first = await readDay(TOKEN).catch(() => null);
await startLanguage(first?.reads);
new DayPage().begin();
