/** Who has a place in a room, and each one's way in: copied, or as a QR code for a phone. */

import * as api from '../api.js';
import { languages } from '../board.js';
import { clock, languageName, say, t } from '../i18n.js';
import { numbers } from '../network.js';
import { copyAndSay } from './copied.js';
import { dialog } from './dialog.js';
import { encoderDialog } from './encoder_dialog.js';
import { glossaryDialog } from './glossary_dialog.js';
import { h, setAttribute, setText } from './dom.js';
import { icon } from './icons.js';
import { RecordingTools } from './recording_tools.js';
import { venueSends } from './venue_sends.js';

/** @import {BoardPerson, BoardRoom} from '../protocol.js' */

export class People {
  /** @type {Map<string, {element: HTMLElement, show: (person: BoardPerson) => void}>} */ #rows = new Map();
  #list = h('ul', { class: 'people' });

  /** @param {BoardRoom} room */
  constructor(room) {
    this.room = room;
    const word = h('span', { 'data-t': 'people.copy_all' });
    const copyAll = h('button', { type: 'button', 'data-action': 'copy-all' }, icon('link'), word);
    copyAll.addEventListener('click', () => void copyAndSay(word, 'people.copy_all', this.#allLinks()));
    this.downloads = h('p', { class: 'downloads', 'data-needs': 'organiser' }, h('span', { 'data-t': 'people.transcript' }),
      ...['txt', 'srt', 'vtt', 'json'].map((format) =>
        h('a', { class: 'button', href: api.transcriptPath(room.id, format), download: '', 'data-action': 'transcript', 'data-format': format }, icon('download'), format.toUpperCase())));
    const glossary = h('button', { type: 'button', 'data-needs': 'organiser', 'data-action': 'room-glossary' }, icon('glossary'), h('span', { 'data-t': 'glossary.room_button' }));
    say(glossary, 'glossary.room_button_of', { title: room.title }, 'label');
    glossary.addEventListener('click', () => glossaryDialog({ room: this.room.id }, this.room.title, languages(this.room.people)));
    const preparation = h('a', { class: 'button', href: `/organiser/preparation/${encodeURIComponent(room.id)}`, target: '_blank', 'data-needs': 'organiser', 'data-action': 'preparation', 'data-t': 'preparation.title' });
    this.shared = h('button', { type: 'button', 'data-needs': 'organiser', 'data-action': 'event-glossary' }, h('span', { 'data-t': 'glossary.event_button' }));
    this.shared.addEventListener('click', () => glossaryDialog({ event: this.room.event }, this.room.event, languages(this.room.people)));
    this.recording = new RecordingTools(room);
    this.element = h('div', { class: 'row-more' }, this.#list, this.recording.element,
      h('div', { class: 'row-more-foot' }, h('div', { class: 'row-more-tools' }, copyAll, glossary, this.shared, preparation), this.downloads));
    this.render(room);
  }

  /** @param {BoardRoom} room */
  render(room) {
    this.room = room;
    this.downloads.hidden = room.opened_at === null;
    this.shared.hidden = !room.event;
    this.recording.render(room);
    say(this.shared, 'glossary.event_button_of', { event: room.event }, 'label');
    for (const person of room.people) {
      let row = this.#rows.get(person.id);
      if (!row) {
        row = this.#row(person);
        this.#rows.set(person.id, row);
        this.#list.append(row.element);
      }
      row.show(person);
    }
    for (const [id, row] of this.#rows) {
      if (room.people.some((person) => person.id === id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
  }

  /** @param {BoardPerson} first */
  #row(first) {
    const name = h('span', { class: 'person-name' });
    const company = h('span', { class: 'person-company' });
    const role = h('span', { class: 'role' });
    const langs = h('span', { class: 'person-languages' });
    const dot = h('span', { class: 'dot', role: 'img' });
    const network = h('p', { class: 'person-network' });
    const came = h('span', { class: 'person-came' });
    const word = h('span', { 'data-t': 'people.copy' });
    const link = h('button', { type: 'button', 'data-action': 'copy-link' }, icon('link'), word);
    const qr = h('button', { type: 'button', 'data-action': 'qr', 'data-t': 'people.qr' });
    const replace = h('button', { type: 'button', class: 'quiet', 'data-needs': 'organiser', 'data-action': 'replace-link', 'data-t': 'people.replace' });
    const dayWord = h('span', { 'data-t': 'people.day' });
    const own = h('button', { type: 'button', class: 'quiet', 'data-action': 'copy-day' }, dayWord);
    const encoder = h('button', { type: 'button', class: 'quiet', 'data-needs': 'organiser', 'data-action': 'encoder', 'data-t': 'encoder.button' });
    let person = first;
    own.addEventListener('click', () => void copyAndSay(dayWord, 'people.day', api.dayLink(person.participant ?? '').then(({ url }) => url)));
    link.addEventListener('click', () => void copyAndSay(word, 'people.copy', api.link(this.room.id, person.id).then(({ url }) => url)));
    qr.addEventListener('click', () => this.#qr(person));
    replace.addEventListener('click', () => this.#replace(person));
    encoder.addEventListener('click', () => encoderDialog(this.room.id, person));
    const sends = venueSends(() => this.room.id, first);
    const element = h('li', { class: 'person', 'data-person': first.id, 'data-role': first.role }, dot,
      h('div', { class: 'person-who' }, name, role, company, came, network), langs, h('div', { class: 'person-actions' }, sends.element, link, own, qr, encoder, replace));
    const show = (/** @type {BoardPerson} */ now) => {
      person = now;
      setText(name, now.name || now.company);
      setText(company, now.name ? now.company : '');
      say(role, `role.${now.role}`);
      setText(langs, now.speaks === now.reads ? languageName(now.speaks) : `${languageName(now.speaks)} → ${languageName(now.reads)}`);
      setAttribute(element, 'data-present', now.present);
      sends.show(now);
      say(dot, now.present ? 'people.inside' : 'people.outside', undefined, 'label');
      came.hidden = !now.came_at;
      if (now.came_at) say(came, now.left_at ? 'people.came_left' : 'people.came', { came: clock(now.came_at), left: clock(now.left_at) });
      network.hidden = !now.network;
      setAttribute(network, 'data-network', now.network?.grade ?? null);
      if (now.network) say(network, 'people.network', numbers(now.network));
      own.hidden = !now.participant;
      say(own, 'people.day_of', { name: now.name }, 'label');
      say(link, 'people.copy_of', { name: now.name }, 'label');
      say(qr, 'people.qr_of', { name: now.name }, 'label');
      say(encoder, 'encoder.of', { name: now.name || now.company }, 'label');
      say(replace, 'people.replace_of', { name: now.name }, 'label');
    };
    return { element, show };
  }

  /** One text for a message to everybody who arranges the consultation. @returns {Promise<string>} */
  async #allLinks() {
    const { id, title, starts_at, people } = this.room;
    const links = await Promise.all(people.map((person) => api.link(id, person.id).catch(() => null)));
    const lines = people.flatMap((person, at) => {
      const url = links[at]?.url;
      return url ? [`${t(`role.${person.role}`)} ${[person.company, person.name].filter(Boolean).join(' · ')}`, url] : [];
    });
    return [[clock(starts_at), title].filter(Boolean).join(' '), ...lines].join('\n');
  }

  /** @param {BoardPerson} person */
  #qr(person) {
    const image = h('img', { class: 'qr', src: api.qrPath(this.room.id, person.id), width: 320, height: 320 });
    say(image, 'people.qr_of', { name: person.name }, 'label');
    dialog('people.qr_title', h('div', { class: 'qr-card' }, image,
      h('p', { class: 'qr-name' }, [person.name, person.company].filter(Boolean).join(' · ')),
      h('p', { class: 'hint' }, this.room.title),
      h('p', { class: 'hint', 'data-t': 'people.qr_hint' })));
  }

  /** @param {BoardPerson} person */
  #replace(person) {
    const confirm = h('button', { type: 'button', class: 'danger', 'data-action': 'confirm', 'data-t': 'people.replace' });
    const question = h('p');
    say(question, 'people.replace_question', { name: person.name });
    const asked = dialog('people.replace', h('div', { class: 'dialog-body' }, question, h('div', { class: 'dialog-foot' }, confirm)));
    confirm.addEventListener('click', async () => {
      confirm.disabled = true;
      try {
        await api.replaceLink(this.room.id, person.id);
        asked.close();
      } catch {
        say(question, 'error.failed');
      }
    });
  }
}
