/** A participant's own page: their consultations in their own time zone, the way in, and the calendar. */

import { ApiError, day as readDay } from './api.js';
import { across, byDay, next, startZone } from './agenda.js';
import { spanIn } from './clock.js';
import { languageName, longDate, pageLocale, say, startLanguage, onLanguage } from './i18n.js';
import { recall, remember } from './preferences.js';
import { dialog } from './views/dialog.js';
import { documentLinks } from './views/documents.js';
import { h, setText } from './views/dom.js';
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
      h('main', { class: 'day' }, this.#heading, this.#who,
        h('div', { class: 'day-tools' }, calendar, phone, h('label', { class: 'day-zone' }, h('span', { 'data-t': 'day.zone' }), this.#zones)),
        this.#body,
        h('p', { class: 'hint day-data' }, h('a', { href: `/d/${encodeURIComponent(TOKEN)}/data`, download: '', 'data-action': 'own-data', 'data-t': 'day.own_data' }), ' ', h('span', { 'data-t': 'day.own_data_hint' }))));
    onLanguage(() => this.#draw());
    void this.#look();
    setInterval(() => void this.#look(), LOOK_MS);
  }

  async #look() {
    try {
      this.#day = await readDay(TOKEN);
    } catch (error) {
      if (error instanceof ApiError && ['unknown_link', 'revoked_link'].includes(error.code)) document.body.replaceChildren(endedView(error.code, ''));
      return;
    }
    if (!this.#zone) {
      this.#zone = recall('zone') || startZone(this.#day.time_zone);
      this.#fillZones(this.#day.time_zone);
    }
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

  #draw() {
    const day = this.#day;
    if (!day) return;
    document.title = day.event;
    setText(this.#heading, day.event);
    setText(this.#who, [day.company, day.name].filter((part, at, all) => part && all.indexOf(part) === at).join(' · '));
    const upcoming = next(day.rooms, Date.now());
    const drawn = JSON.stringify([day, this.#zone, pageLocale(), upcoming?.id]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const focused = document.activeElement?.closest('[data-room]')?.getAttribute('data-room');
    const sections = byDay(day.rooms, this.#zone).map(({ day: date, rooms }) => {
      const heading = h('h2', { class: 'section-day' });
      if (date) setText(heading, longDate(new Date(`${date}T12:00`)));
      else say(heading, 'row.any_time');
      return h('section', { class: 'section' }, heading, h('ul', { class: 'agenda' }, ...rooms.map((room) => this.#row(room, day, room === upcoming))));
    });
    this.#body.replaceChildren(...(sections.length > 0 ? sections : [h('p', { class: 'board-empty', 'data-t': 'day.none' })]));
    if (focused) /** @type {HTMLElement | null} */ (this.#body.querySelector(`[data-room="${focused}"] a`))?.focus();
  }

  /** @param {DayRoom} room @param {Day} day @param {boolean} upcoming */
  #row(room, day, upcoming) {
    const interpreters = room.others.filter(({ role }) => role === 'interpreter').map(({ name }) => name).join(', ');
    const languages = [...new Set(room.others.filter(({ role }) => role === 'seller' || role === 'buyer').map(({ speaks }) => languageName(speaks)))].join(', ');
    const inside = room.others.filter(({ present }) => present).map(({ name }) => name).join(', ');
    const facts = [languages, [room.venue, room.booth].filter(Boolean).join(' '), interpreters].filter(Boolean).join(' · ');
    const state = h('span', { class: 'state' });
    say(state, `state.${room.state}`);
    const waiting = h('p', { class: 'hint' });
    if (room.state === 'open' && inside) say(waiting, 'day.inside', { names: inside });
    else if (upcoming && room.state === 'scheduled') say(waiting, day.opens_itself ? 'day.opens_early' : 'day.opens', { minutes: day.opens_early_min });
    else waiting.hidden = true;
    const read = documentLinks(room.others.flatMap(({ documents }) => documents));
    const enter = h('a', { class: room.state === 'open' ? 'button primary' : 'button', href: room.url ?? '#', 'data-action': 'enter' }, h('span', { 'data-t': room.state === 'open' ? 'day.enter' : 'day.test' }));
    enter.hidden = !room.url || room.state === 'closed';
    return h('li', { class: 'agenda-row', 'data-room': room.id, 'data-state': room.state, 'data-next': upcoming },
      h('p', { class: 'row-time' }, spanIn(room.starts_at, room.duration_min, this.#zone)),
      h('div', { class: 'agenda-what' }, h('h3', {}, across(room, day.role) || room.title), h('p', { class: 'hint' }, room.title), h('p', { class: 'hint' }, facts), read, waiting),
      state, enter);
  }

}

function showQr() {
  const image = h('img', { class: 'qr', src: `/d/${encodeURIComponent(TOKEN)}/qr.svg`, width: 320, height: 320, 'data-t-label': 'day.phone' });
  dialog('day.phone', h('div', { class: 'qr-card' }, image, h('p', { class: 'hint', 'data-t': 'day.phone_hint' })));
}

const first = await readDay(TOKEN).catch(() => null);
await startLanguage(first?.reads);
new DayPage().begin();
