/** The conversation so far, oldest first, in both languages; it follows the newest line until one scrolls up. */

import { lineIn, originalLine, primary } from '../captions.js';
import { self } from '../state.js';
import { showLine } from './caption_line.js';
import { h, setAttribute } from './dom.js';
import { EntryHead } from './entry.js';
import { icon } from './icons.js';
import { ScrollLock } from './scroll_lock.js';

/** @import {Caption, Person} from '../protocol.js' */
/** @import {Line} from '../captions.js' */
/** @import {RoomView} from '../state.js' */

class Entry {
  #head = new EntryHead();
  /** @type {HTMLElement[]} */ #paragraphs = [];
  /** @type {Caption | null} */ #caption = null;
  /** @type {Person | undefined} */ #person;
  #reads = '';
  #held = false;

  constructor() {
    this.element = h('article', { class: 'entry' }, this.#head.element);
  }

  /** @param {Caption} caption @param {Person | undefined} person @param {string} reads @param {boolean} held */
  render(caption, person, reads, held) {
    if (caption === this.#caption && person === this.#person && reads === this.#reads && held === this.#held) return;
    this.#held = held;
    this.#caption = caption;
    this.#person = person;
    this.#reads = reads;
    this.#head.render(caption, person, held ? 'captions.held' : null);
    // Told to screen readers when it is finished, not at every word.
    setAttribute(this.element, 'aria-busy', caption.state === 'partial' ? 'true' : null);
    setAttribute(this.element, 'data-state', caption.state);
    const lines = linesOf(caption, reads);
    while (this.#paragraphs.length > lines.length) this.#paragraphs.pop()?.remove();
    lines.forEach((line, at) => {
      const paragraph = this.#paragraphs[at] ?? this.#append();
      paragraph.className = at === 0 ? 'line reading' : 'line other';
      showLine(paragraph, caption, line);
    });
  }

  #append() {
    const paragraph = h('p');
    this.#paragraphs.push(paragraph);
    this.element.append(paragraph);
    return paragraph;
  }
}

/** Mine first, then what was said, then whatever else there is. @param {Caption} caption @param {string} reads @returns {Line[]} */
function linesOf(caption, reads) {
  const mine = lineIn(caption, reads);
  const lines = mine ? [mine] : [];
  if (!mine?.original) lines.push(originalLine(caption));
  for (const tag of Object.keys(caption.translations)) {
    const line = primary(tag) === primary(reads) ? null : lineIn(caption, tag);
    if (line && !line.original) lines.push(line);
  }
  return lines;
}

export class Transcript {
  /** @type {Map<string, Entry>} */ #entries = new Map();
  #log = h('div', { role: 'log', 'data-captions': '', tabindex: '0', 'data-t-label': 'transcript.title', class: 'log' });
  #empty = h('p', { class: 'log-empty', 'data-t': 'transcript.empty' });
  #lock = new ScrollLock(this.#log);

  /** @param {() => void} onClose */
  constructor(onClose) {
    const close = h('button', { type: 'button', class: 'quiet icon-only', 'data-action': 'close-transcript', 'data-t-label': 'transcript.close', onclick: onClose }, icon('close'));
    this.element = h('aside', { class: 'transcript', 'data-t-label': 'transcript.title' },
      h('header', { class: 'panel-head' }, h('h2', { 'data-t': 'transcript.title' }), close),
      this.#empty, this.#log, this.#lock.button);
  }

  /** @param {RoomView} state */
  render(state) {
    const reads = self(state)?.reads ?? 'en';
    const people = new Map(state.people.map((person) => [person.id, person]));
    const held = new Set(state.machine.held);
    /** @type {HTMLElement | null} */
    let before = null;
    for (const caption of state.captions) {
      let entry = this.#entries.get(caption.id);
      if (!entry) {
        entry = new Entry();
        this.#entries.set(caption.id, entry);
      }
      entry.render(caption, people.get(caption.speaker), reads, held.has(caption.id));
      /** @type {Element | null} */
      const next = before ? before.nextElementSibling : this.#log.firstElementChild;
      if (next !== entry.element) this.#log.insertBefore(entry.element, next);
      before = entry.element;
    }
    this.#sweep(state.captions);
    this.#empty.hidden = state.captions.length > 0;
    this.#lock.settle();
  }

  /** @param {readonly Caption[]} captions */
  #sweep(captions) {
    if (this.#entries.size === captions.length) return;
    const ids = new Set(captions.map(({ id }) => id));
    for (const [id, entry] of this.#entries) {
      if (ids.has(id)) continue;
      entry.element.remove();
      this.#entries.delete(id);
    }
  }
}
