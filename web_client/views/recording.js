/** Recording as one sees it in the room: always visible while it runs, and the question whether one agrees, which can be
 *  opened again to take the answer back. */

import { say } from '../i18n.js';
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
  #agree;
  #refuse;
  /** Opened by hand. */ #open = false;
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
    this.element = h('div', { class: 'recording-question', role: 'group', 'data-t-label': 'recording.label' }, this.#question,
      h('span', { class: 'recording-answers' }, this.#agree, this.#refuse));
    this.chip.hidden = this.element.hidden = true;
  }

  /** @param {Recording} recording @param {boolean} askable whether one's role is asked at all */
  render(recording, askable) {
    this.#recording = recording;
    this.chip.hidden = recording.state === 'off';
    this.chip.disabled = !askable;
    setAttribute(this.chip, 'data-recording', recording.state);
    say(this.#word, `recording.${recording.state}`, { count: recording.unanswered });
    if (!askable) this.#open = false;
    this.#show(askable);
  }

  #show(askable = true) {
    const recording = this.#recording;
    if (!recording) return;
    const visible = askable && recording.state !== 'off' && (this.#open || isAsked(recording));
    this.element.hidden = !visible;
    setAttribute(this.chip, 'aria-expanded', String(visible));
    const said = recording.answer === null ? 'question' : recording.answer ? 'agreed' : 'refused_by_you';
    say(this.#question, `recording.${said}`);
    this.#agree.hidden = recording.answer === true;
    this.#refuse.hidden = recording.answer === false;
    say(this.#refuse, recording.answer === true ? 'recording.withdraw' : 'recording.refuse');
  }
}
