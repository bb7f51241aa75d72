/** The subtitle over the picture: what is being said, in my language and the other one. Its place is reserved, so
 *  nothing jumps; each line shows its newest words. The transcript says the same to screen readers. */

import { current, hasNoRoute, linesFor } from '../captions.js';
import { languageName, say } from '../i18n.js';
import { otherReads, self } from '../state.js';
import { fillLine } from './caption_line.js';
import { h, setAttribute, setText } from './dom.js';

/** @import {RoomView} from '../state.js' */
/** @import {Line} from '../captions.js' */

/** @type {Line} */
const NOTHING = { lang: '', text: '', stable: 0, original: false, marks: [] };
/** Long enough to read two lines to their end. */
const KEPT_MS = 9000;

export class Overlay {
  #shown = '';
  #changedAt = 0;

  constructor() {
    this.speaker = h('span', { class: 'speaker' });
    this.large = h('p', { class: 'overlay-large' });
    this.small = h('p', { class: 'overlay-small' });
    this.none = h('p', { class: 'overlay-none' });
    this.element = h('div', { class: 'overlay', 'aria-hidden': 'true', 'data-overlay': '' },
      this.speaker,
      h('div', { class: 'overlay-box overlay-box-large' }, this.none, this.large),
      h('div', { class: 'overlay-box overlay-box-small' }, this.small));
  }

  /** @param {RoomView} state @param {number} nowMs */
  render(state, nowMs) {
    const reads = self(state)?.reads ?? 'en';
    const caption = current(state.captions, reads);
    const mark = caption ? `${caption.id} ${caption.rev}` : '';
    // What was said before one came in is history, not a subtitle.
    if (mark !== this.#shown && !(this.#shown === '' && caption?.state !== 'partial')) this.#changedAt = nowMs;
    this.#shown = mark || ' ';
    const visible = caption !== null && nowMs - this.#changedAt < KEPT_MS;
    setAttribute(this.element, 'data-visible', visible);
    if (!caption) return;
    const person = state.people.find(({ id }) => id === caption.speaker);
    setText(this.speaker, person?.name || person?.company || '');
    setAttribute(this.speaker, 'data-role', person?.role ?? null);
    const { large, small } = linesFor(caption, reads, otherReads(state));
    this.#show(this.large, large);
    this.#show(this.small, small);
    this.none.hidden = large !== null || !hasNoRoute(caption, reads);
    if (!this.none.hidden) say(this.none, 'captions.no_route', { language: languageName(reads) });
  }

  /** @param {HTMLElement} paragraph @param {Line | null} line */
  #show(paragraph, line) {
    setAttribute(paragraph, 'lang', line?.lang ?? null);
    fillLine(paragraph, line ?? NOTHING);
  }
}
