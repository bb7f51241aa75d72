/** An interpreter's open rooms, live: one connection for all of them, a card for each, digits to choose one. */

import { alertsOf } from './alerts.js';
import { reduce, start } from './following.js';
import { onLanguage, t } from './i18n.js';
import { recall, remember } from './preferences.js';
import { Connection, socketUrl } from './protocol.js';
import { h } from './views/dom.js';
import { RoomCard } from './views/room_card.js';

/** @import {Day, DayRoom} from './agenda.js' */
/** @import {FollowMessage} from './protocol.js' */

/** So long nobody says anything until it is told (s); 0: never. */
const SILENCES_S = [20, 45, 90, 0];
/** Minutes and silences are counted anew (ms). */
const LOOK_MS = 1_000;

export class FollowedRooms {
  #state = start;
  /** @type {Day | null} */ #day = null;
  /** @type {Map<string, RoomCard>} */ #cards = new Map();
  /** @type {Set<string>} */ #checked = new Set();
  #token;
  #onChange;
  #drawing = false;
  #connection;
  #lost = h('p', { class: 'rooms-lost', role: 'status', 'data-t': 'rooms.connection_lost' });
  #none = h('p', { class: 'board-empty', 'data-t': 'rooms.none' });
  #grid = h('div', { class: 'cards' });
  #silence = h('select', { name: 'silence' }, ...SILENCES_S.map((seconds) => h('option', { value: String(seconds) })));
  /** How many alerts there are. */ alerts = 0;

  /** @param {string} token @param {() => void} onChange after rooms came or went, or alerts did @param {(code: string) => void} onRefused */
  constructor(token, onChange, onRefused) {
    this.#token = token;
    this.#onChange = onChange;
    this.#silence.value = recall('silence_s', '45');
    this.#silence.addEventListener('change', () => {
      remember('silence_s', this.#silence.value);
      this.#draw();
    });
    this.#nameSilences();
    onLanguage(() => {
      this.#nameSilences();
      this.#draw();
    });
    this.element = h('section', { class: 'rooms', 'data-t-label': 'rooms.now' },
      h('div', { class: 'rooms-head' }, h('h2', { class: 'section-day', 'data-t': 'rooms.now' }), h('label', { class: 'rooms-silence' }, h('span', { 'data-t': 'rooms.silence' }), this.#silence)),
      this.#lost, this.#none, this.#grid, h('p', { class: 'hint rooms-keys', 'data-t': 'rooms.keys' }));
    this.#lost.hidden = true;
    document.addEventListener('keydown', (event) => this.#key(event));
    this.#connection = new Connection({
      url: socketUrl(),
      first: () => ({ type: 'follow', token }),
      onMessage: (/** @type {FollowMessage} */ message) => {
        this.#apply(message);
        if (message.type === 'of_room' && message.message.type === 'error') this.#cards.get(message.room)?.refused(message.message.code, message.message.message);
        if (this.#state.refused) onRefused(this.#state.refused);
      },
      onStatus: (status) => this.#apply({ type: 'link', status }),
    });
    this.#connection.start();
    setInterval(() => this.#draw(), LOOK_MS);
  }

  /** Rooms that have a card. @returns {ReadonlySet<string>} */
  get shown() {
    return new Set(Object.keys(this.#state.rooms));
  }

  /** The server's clock minus ours. */
  get clockMs() {
    return this.#state.clockMs;
  }

  /** @param {Day} day what is known of the rooms besides */
  know(day) {
    this.#day = day;
    this.#draw();
  }

  #nameSilences() {
    for (const option of this.#silence.options) {
      const seconds = Number(option.value);
      option.textContent = seconds ? t('rooms.silence_s', { seconds }) : t('rooms.silence_never');
    }
  }

  /** @param {import('./following.js').Action} action */
  #apply(action) {
    const before = this.#state;
    this.#state = reduce(before, action, Date.now());
    if (Object.keys(before.rooms).join() !== Object.keys(this.#state.rooms).join()) this.#onChange();
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#draw();
    });
  }

  #draw() {
    const { rooms, clockMs, link } = this.#state;
    const nowMs = Date.now() + clockMs;
    const known = new Map((this.#day?.rooms ?? []).map((room) => [room.id, room]));
    const order = Object.keys(rooms).sort((one, other) => startOf(known.get(one)) - startOf(known.get(other)) || one.localeCompare(other));
    const silenceMs = Number(this.#silence.value) * 1000;
    let alerts = 0;
    order.forEach((id, at) => {
      const room = rooms[id];
      if (!room) return;
      const told = alertsOf(room, nowMs, { silenceMs, checked: this.#checked });
      alerts += told.length;
      const card = this.#cards.get(id) ?? this.#add(id);
      card.render(room, { number: at + 1, url: known.get(id)?.url ?? null, alerts: told, checked: this.#checked, nowMs });
      if (this.#grid.children[at] !== card.element) this.#grid.insertBefore(card.element, this.#grid.children[at] ?? null);
    });
    for (const [id, card] of this.#cards) {
      if (rooms[id]) continue;
      card.element.remove();
      this.#cards.delete(id);
    }
    this.#lost.hidden = link !== 'lost';
    this.#none.hidden = order.length > 0;
    if (alerts !== this.alerts) {
      this.alerts = alerts;
      this.#onChange();
    }
  }

  /** @param {string} id */
  #add(id) {
    const sheet = `/d/${encodeURIComponent(this.#token)}/preparation/${encodeURIComponent(id)}`;
    const say = (/** @type {object} */ message) => this.#connection.send({ type: 'of_room', room: id, message });
    const card = new RoomCard(id, sheet, {
      onCorrect: (correction) => {
        if (!say({ type: 'correct', ...correction })) card.refused('unreachable', t('rooms.connection_lost'));
      },
      onConfirm: (caption) => say({ type: 'confirm', id: caption }),
      onTell: (text) => say({ type: 'tell_partner', text }),
      onRead: () => this.#apply({ type: 'read', room: id }),
      onChecked: (caption) => {
        this.#checked.add(caption);
        this.#draw();
      },
    });
    this.#cards.set(id, card);
    return card;
  }

  /** A digit chooses a room, the same once more goes in. @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector('dialog[open]')) return;
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1] ?? (/^[1-9]$/.test(event.key) ? event.key : null);
    const at = event.target instanceof Element && event.target.closest('input, textarea, select');
    if (!digit || at) return;
    const wanted = this.#grid.children[Number(digit) - 1];
    for (const card of this.#cards.values()) {
      if (card.element !== wanted) continue;
      event.preventDefault();
      card.choose();
    }
  }
}

/** @param {DayRoom | undefined} room */
function startOf(room) {
  return room?.starts_at ? Date.parse(room.starts_at) : 0;
}
