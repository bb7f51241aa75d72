/** Recording as one sees it in the room: always visible while it runs, and the question whether one agrees, which can be
 *  opened again to take the answer back. */

import { say } from '../i18n.js';
import { stoppedBy } from '../recording_trouble.js';
import { h, setAttribute } from './dom.js';

/** @import {Recording} from '../protocol.js' */

/**
 * @param {Recording} recording
 * @returns {boolean} whether one still has to answer
 */
export function isAsked({ allowed, state, answer }) {
  return allowed && state !== 'off' && state !== 'failed' && answer === null;
}

export class RecordingView {
  #word = h('span');
  #question = h('span');
  /** What follows when it stopped by itself. */ #note = h('span', { 'data-t': 'recording.failed_note' });
  #agree;
  #refuse;
  /** Opened by hand. */ #open = false;
  /** Whether one's role is asked at all. */ #askable = false;
  /** @type {Recording | null} */ #recording = null;

  /** @param {(agreed: boolean) => void} onAnswer */
  constructor(onAnswer) {
    const answer = (/** @type {boolean} */ agreed) => {
      this.#open = false;
      this.#show();
      onAnswer(agreed);
    };
    this.chip = h('button', { type: 'button', class: 'recording-chip', 'data-action': 'recording', 'aria-expanded': 'false' }, h('i', { 'aria-hidden': 'true' }), this.#word);
    this.chip.addEventListener('click', () => {
      this.#open = !this.#open;
      this.#show();
    });
    this.#agree = h('button', { type: 'button', class: 'primary', 'data-action': 'agree', 'data-t': 'recording.agree', onclick: () => answer(true) });
    this.#refuse = h('button', { type: 'button', 'data-action': 'refuse', 'data-t': 'recording.refuse', onclick: () => answer(false) });
    this.element = h('div', { class: 'recording-question', role: 'group', 'data-t-label': 'recording.label' }, h('span', { class: 'recording-words' }, this.#question, ' ', this.#note),
      h('span', { class: 'recording-answers' }, this.#agree, this.#refuse));
    this.chip.hidden = this.element.hidden = true;
  }

  /** @param {Recording} recording @param {boolean} askable whether one's role is asked at all */
  render(recording, askable) {
    // Why it stopped is read and done with once it goes on.
    if (this.#recording?.state === 'failed' && recording.state !== 'failed') this.#open = false;
    this.#recording = recording;
    this.#askable = askable;
    this.chip.hidden = recording.state === 'off';
    this.chip.disabled = !askable && recording.state !== 'failed';
    setAttribute(this.chip, 'data-recording', recording.state);
    say(this.#word, `recording.${recording.state}`, { count: recording.unanswered });
    if (this.chip.disabled) this.#open = false;
    this.#show();
  }

  #show() {
    const recording = this.#recording;
    if (!recording) return;
    const failed = recording.state === 'failed';
    const visible = (this.#askable || failed) && recording.state !== 'off' && (this.#open || isAsked(recording));
    this.element.hidden = !visible;
    setAttribute(this.chip, 'aria-expanded', String(visible));
    const said = recording.answer === null ? 'question' : recording.answer ? 'agreed' : 'refused_by_you';
    if (failed) say(this.#question, `recording.failed_${stoppedBy(recording.code)}`);
    else say(this.#question, `recording.${said}`);
    this.#note.hidden = !failed;
    this.#agree.hidden = recording.answer === true || !this.#askable;
    this.#refuse.hidden = recording.answer === false || !this.#askable;
    say(this.#refuse, recording.answer === true && !failed ? 'recording.withdraw' : 'recording.refuse');
  }
}
