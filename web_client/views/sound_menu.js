/** What one hears: interpreter and original, in which language; and, for those who may, how the room interprets. */

import { primary } from '../captions.js';
import { roomLanguages } from '../interpretation.js';
import { LISTENING } from '../mixing.js';
import { languageName, say } from '../i18n.js';
import { self } from '../state.js';
import { h, setAttribute, setText } from './dom.js';
import { icon } from './icons.js';

/** @import {Listening} from '../listening.js' */
/** @import {Mode} from '../protocol.js' */
/** @import {RoomView} from '../state.js' */

/** @type {readonly Mode[]} */
const MODES = ['simultaneous', 'consecutive'];

export class SoundMenu {
  /** @type {RoomView | null} */ #state = null;
  #languages = '';
  #together = h('input', { type: 'checkbox', name: 'together', 'data-action': 'together' });
  #words = h('input', { type: 'checkbox', name: 'words', 'data-action': 'words' });
  #channel = h('select', { name: 'channel', 'data-action': 'listen-channel' });
  #note = h('p', { class: 'hint', 'data-t': 'sound.consecutive_note' });
  #listening;
  #choices;
  #modes;
  #sharing;

  /**
   * @param {Listening} listening
   * @param {object} on
   * @param {() => void} on.onChange what one listens to
   * @param {(mode: Mode) => void} on.onMode
   * @param {(together: boolean) => void} on.onTogether
   * @param {() => void} on.onClose
   */
  constructor(listening, { onChange, onMode, onTogether, onClose }) {
    this.#listening = listening;
    this.#choices = radios('sound.listening', (value) => `sound.listening_${value}`, 'listening', LISTENING, (choice) => {
      listening.choose(this.#state && self(this.#state), choice);
      onChange();
    });
    this.#modes = radios('sound.mode', (value) => `sound.mode_${value}`, 'mode', MODES, onMode);
    this.#sharing = h('label', { class: 'check' }, this.#together, h('span', { 'data-t': 'sound.together' }));
    this.#channel.addEventListener('change', () => {
      listening.channel = this.#channel.value;
      onChange();
    });
    this.#words.addEventListener('change', () => {
      listening.showWords(this.#words.checked);
      onChange();
    });
    this.#together.addEventListener('change', () => onTogether(this.#together.checked));
    this.element = h('div', { class: 'settings sound-menu', role: 'dialog', 'data-t-label': 'sound.title' },
      h('header', { class: 'panel-head' }, h('h2', { 'data-t': 'sound.title' }),
        h('button', { type: 'button', class: 'quiet icon-only', 'data-action': 'close-sound', 'data-t-label': 'sound.close', onclick: onClose }, icon('close'))),
      this.#note, this.#choices.element,
      h('label', { class: 'field' }, h('span', { 'data-t': 'sound.channel' }), this.#channel),
      h('label', { class: 'check' }, this.#words, h('span', { 'data-t': 'sound.words' })),
      this.#modes.element, this.#sharing);
    this.element.addEventListener('keydown', (event) => event.key === 'Escape' && onClose());
  }

  focus() {
    /** @type {HTMLElement | null} */ (this.element.querySelector('input:checked:not(:disabled)'))?.focus();
  }

  /** @param {RoomView} state */
  render(state) {
    this.#state = state;
    const me = self(state);
    const { mode, seats } = state.interpretation;
    const choosing = mode === 'simultaneous';
    this.#note.hidden = choosing;
    this.#choices.show(this.#listening.choice(me), choosing);
    this.#offerLanguages(roomLanguages(state.people), me?.reads ?? 'en');
    this.#channel.disabled = !choosing;
    this.#words.checked = this.#listening.words;
    this.#words.disabled = !choosing;
    this.#modes.element.hidden = me?.role !== 'interpreter' && me?.role !== 'organiser';
    this.#modes.show(mode, true);
    this.#sharing.hidden = me?.role !== 'interpreter' || state.people.filter(({ role }) => role === 'interpreter').length < 2;
    this.#together.checked = seats.some(({ person, together }) => person === state.you && together);
  }

  /** @param {readonly string[]} tags @param {string} reads */
  #offerLanguages(tags, reads) {
    const mark = `${tags.join()} ${reads} ${languageName('ko')}`;
    if (mark === this.#languages) return;
    this.#languages = mark;
    const own = h('option', { value: '' });
    say(own, 'sound.as_captions', { language: languageName(primary(reads)) });
    this.#channel.replaceChildren(own, ...tags.map((tag) => {
      const option = h('option', { value: tag });
      setText(option, languageName(primary(tag)));
      return option;
    }));
    this.#channel.value = tags.includes(this.#listening.channel) ? this.#listening.channel : '';
  }
}

/**
 * @template {string} V
 * @param {string} key sentence of the question
 * @param {(value: string) => string} answer sentence of each answer
 * @param {string} name
 * @param {readonly V[]} values
 * @param {(value: V) => void} onChosen
 */
function radios(key, answer, name, values, onChosen) {
  const inputs = values.map((value) => {
    const input = h('input', { type: 'radio', name, value });
    input.addEventListener('change', () => onChosen(value));
    return input;
  });
  const element = h('fieldset', { class: 'choices' }, h('legend', { 'data-t': key }),
    ...inputs.map((input) => h('label', { class: 'check' }, input, h('span', { 'data-t': answer(input.value) }))));
  return {
    element,
    show(/** @type {V} */ chosen, /** @type {boolean} */ enabled) {
      for (const input of inputs) {
        input.checked = input.value === chosen;
        input.disabled = !enabled;
      }
      setAttribute(element, 'data-off', !enabled);
    },
  };
}
