/** Invitations of an event: what each participant knows, mails to them, and their links. */

import * as api from './api.js';
import { dateAndTime, languageName, pageLocale, say } from './i18n.js';
import { copyAndSay } from './views/copied.js';
import { dialog } from './views/dialog.js';
import { h, setText } from './views/dom.js';
import { eventPage } from './views/event_page.js';
import { icon } from './views/icons.js';

/** @import {MailPerson} from './api.js' */

const LOOK_MS = 5000;

class Invitations {
  #event = '';
  /** @type {MailPerson[]} */ #people = [];
  /** @type {Set<string>} */ #chosen = new Set();
  #drawn = '';
  #sender = h('p', { class: 'hint' });
  #list = h('ul', { class: 'users' });
  #said = h('p', { class: 'form-said', role: 'status' });
  #second = h('select', { name: 'second' }, h('option', { value: '', 'data-t': 'invite.second_none' }), h('option', { value: 'ko' }, '한국어'), h('option', { value: 'en' }, 'English'));
  #note = h('textarea', { name: 'note', rows: 3, maxlength: 2000 });
  #again = h('input', { type: 'checkbox', name: 'again' });
  #send = h('button', { type: 'button', class: 'primary', 'data-action': 'send-mail' });
  #all = h('button', { type: 'button', 'data-action': 'choose-news', 'data-t': 'invite.choose_news' });
  #files = h('a', { class: 'button', download: '', 'data-action': 'mail-files' }, icon('download'), h('span', { 'data-t': 'invite.files' }));
  #print = h('a', { class: 'button', 'data-action': 'print-cards', 'data-t': 'print.link' });

  constructor() {
    this.#send.addEventListener('click', () => void this.#sendChosen());
    this.#all.addEventListener('click', () => this.#choose(this.#people.filter(isNews)));
    this.#second.addEventListener('change', () => this.#addresses());
    this.#note.addEventListener('change', () => this.#addresses());
    this.element = h('div', { class: 'accounts' },
      h('section', { class: 'account-card', 'data-needs': 'organiser' }, h('h2', { 'data-t': 'invite.mail' }), this.#sender,
        h('div', { class: 'invite-form' }, h('label', { class: 'field' }, h('span', { 'data-t': 'invite.second' }), this.#second),
          h('label', { class: 'field' }, h('span', { 'data-t': 'invite.note' }), this.#note)),
        h('label', { class: 'check' }, this.#again, h('span', { 'data-t': 'invite.again' })),
        h('div', { class: 'invite-tools' }, this.#send, this.#all, this.#files), this.#said),
      h('section', { class: 'account-card' }, h('div', { class: 'section-head' }, h('h2', { 'data-t': 'invite.people' }), this.#print), this.#list));
  }

  /** @param {string} event */
  async show(event) {
    if (!this.#event) this.#second.value = pageLocale() === 'ko' ? 'ko' : 'en';
    this.#event = event;
    this.#chosen.clear();
    this.#drawn = '';
    this.#addresses();
    await this.look();
  }

  #addresses() {
    this.#files.href = api.mailFilesPath(this.#event, { second: this.#second.value, note: this.#note.value });
    this.#print.href = `/organiser/print?event=${encodeURIComponent(this.#event)}`;
  }

  async look() {
    if (!this.#event) return;
    const found = await api.mailOf(this.#event).catch(() => null);
    if (!found) return;
    this.#people = found.people;
    if (found.sender) say(this.#sender, 'invite.from', { sender: found.sender });
    else say(this.#sender, 'invite.no_server');
    this.#send.hidden = !found.sender;
    this.#draw();
  }

  #draw() {
    say(this.#send, 'invite.send', { count: this.#chosen.size });
    this.#send.disabled = this.#chosen.size === 0;
    const drawn = JSON.stringify([this.#people, pageLocale()]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    const [row, action] = [focused?.closest('[data-participant]')?.getAttribute('data-participant'), focused?.dataset['action']];
    const rows = this.#people.map((person) => this.#row(person));
    this.#list.replaceChildren(...(rows.length > 0 ? rows : [h('li', { class: 'hint', 'data-t': 'invite.nobody' })]));
    if (row && action) /** @type {HTMLElement | null} */ (this.#list.querySelector(`[data-participant="${row}"] [data-action="${action}"]`))?.focus();
  }

  /** @param {MailPerson} person */
  #row(person) {
    const name = [person.company, person.name].filter((part, at, all) => part && all.indexOf(part) === at).join(' · ');
    const check = h('input', { type: 'checkbox', 'data-needs': 'organiser', 'data-action': 'choose', disabled: !person.email || person.withdrawn });
    check.checked = this.#chosen.has(person.id);
    say(check, 'invite.choose_of', { name }, 'label');
    check.addEventListener('change', () => {
      if (check.checked) this.#chosen.add(person.id);
      else this.#chosen.delete(person.id);
      this.#draw();
    });
    const standing = h('span', { class: isNews(person) ? 'badge warn' : 'badge', 'data-standing': person.standing });
    say(standing, `invite.${person.standing}`);
    const state = h('p', { class: 'hint', 'data-mail': person.mail?.state ?? 'none' });
    if (!person.email) say(state, 'invite.no_address');
    else if (person.mail) say(state, `invite.state_${person.mail.state}`, { time: dateAndTime(person.mail.ended_at ?? person.mail.made_at), reason: person.mail.reason || '–', tries: person.mail.tries });
    else setText(state, '');
    const word = h('span', { 'data-t': 'people.copy' });
    const button = (/** @type {string} */ action, /** @type {string} */ key, /** @type {() => void} */ act, /** @type {Node} */ shown = h('span', { 'data-t': key })) => {
      const made = h('button', { type: 'button', class: 'quiet', 'data-needs': action === 'copy-day' ? null : 'organiser', 'data-action': action, onclick: act }, shown);
      say(made, 'invite.action_of', { name }, 'title');
      return made;
    };
    return h('li', { class: 'user invite', 'data-participant': person.id },
      h('div', {}, check, h('div', {}, h('strong', {}, name), h('p', { class: 'hint' }, [languageName(person.reads), person.email].filter(Boolean).join(' · ')), state)),
      h('div', { class: 'invite-state' }, h('span', { class: 'role', 'data-t': `role.${person.role}` }), standing,
        person.withdrawn ? h('span', { class: 'badge warn', 'data-t': 'invite.withdrawn' }) : null),
      h('div', { class: 'person-actions' },
        person.withdrawn ? null : button('preview-mail', 'invite.preview', () => void this.#preview(person)),
        person.withdrawn ? null : button('copy-day', 'people.copy', () => void copyAndSay(word, 'people.copy', api.dayLink(person.id).then(({ url }) => url)), word),
        button('replace-day', 'people.replace', () => this.#ask(person, name, 'replace')),
        person.withdrawn ? null : button('withdraw-day', 'invite.withdraw', () => this.#ask(person, name, 'withdraw'))));
  }

  /** @param {MailPerson[]} people */
  #choose(people) {
    this.#chosen = new Set(people.filter(({ email, withdrawn }) => email && !withdrawn).map(({ id }) => id));
    this.#drawn = '';
    this.#draw();
  }

  async #sendChosen() {
    this.#send.disabled = true;
    try {
      const { queued } = await api.sendMail(this.#event, { participants: [...this.#chosen], second: this.#second.value, note: this.#note.value, again: this.#again.checked });
      say(this.#said, 'invite.queued', { count: queued });
      this.#again.checked = false;
      this.#choose([]);
    } catch {
      say(this.#said, 'error.failed');
    }
    await this.look();
  }

  /** @param {MailPerson} person */
  async #preview(person) {
    const made = await api.previewMail(person.id, { second: this.#second.value, note: this.#note.value }).catch(() => null);
    const body = made?.text
      ? [h('p', {}, h('strong', {}, made.subject)), h('p', { class: 'hint' }, made.to), h('pre', { class: 'mail-text', tabindex: 0 }, made.text), h('p', { class: 'hint' }, made.files.join(', '))]
      : [h('p', { 'data-t': made ? 'invite.nothing_more' : 'error.failed' })];
    dialog('invite.preview', h('div', { class: 'dialog-body' }, ...body));
  }

  /** @param {MailPerson} person @param {string} name @param {'replace' | 'withdraw'} what */
  #ask(person, name, what) {
    const rooms = h('input', { type: 'checkbox', name: 'rooms' });
    rooms.checked = true;
    const question = h('p');
    say(question, `invite.${what}_question`, { name });
    const key = what === 'replace' ? 'people.replace' : 'invite.withdraw';
    const confirm = h('button', { type: 'button', class: 'danger', 'data-action': 'confirm', 'data-t': key });
    const asked = dialog(key, h('div', { class: 'dialog-body' }, question, h('label', { class: 'check' }, rooms, h('span', { 'data-t': 'invite.rooms_too' })), h('div', { class: 'dialog-foot' }, confirm)));
    confirm.addEventListener('click', () => {
      confirm.disabled = true;
      const act = what === 'replace' ? api.replaceDayLink : api.withdrawDayLink;
      act(person.id, rooms.checked).then(() => {
        asked.close();
        return this.look();
      }, () => say(question, 'error.failed'));
    });
  }
}

/** @param {MailPerson} person */
function isNews({ standing }) {
  return standing === 'new' || standing === 'changed';
}

const invitations = new Invitations();
void eventPage('invite.title', invitations.element, (event) => void invitations.show(event));
setInterval(() => void invitations.look(), LOOK_MS);
