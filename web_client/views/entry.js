/** What the transcript and the interpreter's desk say about a caption beside its words. */

import { say } from '../i18n.js';
import { isInterpretation } from '../interpretation.js';
import { h, setAttribute, setText } from './dom.js';

/** @import {Caption, Person} from '../protocol.js' */

/**
 * @param {number} ms from the opening
 * @returns {string} `3:04`
 */
export function stamp(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export class EntryHead {
  constructor() {
    this.speaker = h('span', { class: 'speaker' });
    this.time = h('span', { class: 'entry-time' });
    this.interpretation = h('span', { class: 'badge', 'data-flag': 'interpretation', 'data-t': 'captions.interpretation' });
    this.low = h('span', { class: 'badge warn', 'data-flag': 'low_confidence', 'data-t': 'captions.low_confidence' });
    this.number = h('span', { class: 'badge warn', 'data-flag': 'number', 'data-t': 'captions.check_number' });
    this.by = h('span', { class: 'badge', 'data-by': '' });
    this.held = h('span', { class: 'badge warn', 'data-flag': 'held', hidden: true });
    this.element = h('div', { class: 'entry-head' }, this.speaker, this.time, this.held, this.interpretation, this.low, this.number, this.by);
  }

  /** @param {Caption} caption @param {Person | undefined} person @param {string | null} held what is said where something of it waits */
  render(caption, person, held) {
    this.held.hidden = held === null;
    if (held) say(this.held, held);
    // Who was taken off the list meanwhile keeps their name on what they said.
    if (person) {
      setText(this.speaker, person.name || person.company);
      setAttribute(this.speaker, 'data-role', person.role);
    }
    setText(this.time, stamp(caption.start_ms));
    this.interpretation.hidden = !isInterpretation(caption);
    this.low.hidden = !caption.flags.includes('low_confidence') || caption.state === 'corrected';
    this.number.hidden = !caption.flags.includes('number');
    this.by.hidden = caption.by === null;
    if (caption.by !== null) say(this.by, caption.flags.includes('typed') ? 'captions.typed_by' : 'captions.corrected_by', { name: caption.by });
  }
}
