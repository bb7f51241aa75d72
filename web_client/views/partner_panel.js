/** What interpreters and organisers of a room write each other, beside the lines; nobody else sees it. */

import { clock } from '../i18n.js';
import { h, setAttribute, setText } from './dom.js';
import { icon } from './icons.js';
import { ScrollLock } from './scroll_lock.js';

/** @import {PartnerMessage} from '../protocol.js' */
/** @import {RoomView} from '../state.js' */

export class PartnerPanel {
  #shown = 0;
  #read = -1;
  #unread = 0;
  #log = h('div', { role: 'log', class: 'partner-log', tabindex: '0', 'data-t-label': 'partner.title' });
  #lock = new ScrollLock(this.#log);
  #empty = h('p', { class: 'hint', 'data-t': 'partner.empty' });
  #input = h('input', { maxlength: 500, autocomplete: 'off', 'data-t-label': 'partner.write', 'data-t-placeholder': 'partner.write' });
  #onUnread;

  /** @param {{onTell: (text: string) => void, onClose: () => void, onUnread: (count: number) => void}} handlers */
  constructor({ onTell, onClose, onUnread }) {
    this.#onUnread = onUnread;
    const close = h('button', { type: 'button', class: 'quiet icon-only', 'data-action': 'close-partner', 'data-t-label': 'partner.close', onclick: onClose }, icon('close'));
    const form = h('form', { class: 'partner-form' }, this.#input, h('button', { class: 'primary', 'data-action': 'tell-partner', 'data-t': 'partner.send' }));
    this.element = h('aside', { class: 'desk-panel partner', 'data-t-label': 'partner.title', hidden: true },
      h('header', { class: 'panel-head' }, h('h2', { 'data-t': 'partner.title' }), close), this.#empty, this.#log, this.#lock.button, form);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#input.value.trim();
      if (!text) return;
      onTell(text);
      this.#input.value = '';
    });
    this.element.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Escape' && !event.isComposing) onClose();
    });
  }

  get open() {
    return !this.element.hidden;
  }

  /** @param {boolean} open */
  toggle(open) {
    this.element.hidden = !open;
    if (!open) return;
    this.#lock.settle();
    this.#input.focus();
  }

  /** @param {RoomView} state */
  render({ partners, you }) {
    // What was written before one came is history.
    if (this.#read < 0 && you !== null) this.#read = partners.at(-1)?.id ?? 0;
    if (this.open) this.#read = partners.at(-1)?.id ?? this.#read;
    const unread = partners.filter(({ id, person }) => id > this.#read && person !== you).length;
    if (unread !== this.#unread) {
      this.#unread = unread;
      this.#onUnread(unread);
    }
    if (this.#shown === partners.length) return;
    if (this.#shown > partners.length) {
      this.#log.replaceChildren();
      this.#shown = 0;
    }
    this.#log.append(...partners.slice(this.#shown).map((message) => entry(message, you)));
    this.#shown = partners.length;
    this.#empty.hidden = partners.length > 0;
    this.#lock.settle();
  }
}

/** @param {PartnerMessage} message @param {string | null} you */
function entry({ person, name, text, at }, you) {
  const words = h('p');
  setText(words, text);
  const who = h('span', { class: 'speaker' });
  setText(who, name);
  const element = h('div', { class: 'partner-message' }, h('div', { class: 'entry-head' }, who, h('time', { datetime: at }, clock(at))), words);
  setAttribute(element, 'data-mine', person === you);
  return element;
}
