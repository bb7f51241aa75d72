/** How far the solver is, and a way to stop it. */

import { say } from '../i18n.js';
import { h } from './dom.js';

/** @import {Job} from '../timetable.js' */

export class SolvingLine {
  #text = h('span', { role: 'status' });
  #bar = h('progress', { max: 1, 'data-t-label': 'matching.solving_name' });

  /** @param {() => void} onStop */
  constructor(onStop) {
    this.element = h('div', { class: 'matching-solving' }, this.#bar, this.#text,
      h('button', { type: 'button', 'data-action': 'stop-solving', 'data-t': 'matching.stop', onclick: onStop }));
    this.element.hidden = true;
  }

  /** @param {Job | null} job */
  render(job) {
    this.element.hidden = job?.state !== 'waiting' && job?.state !== 'solving';
    if (!job || this.element.hidden) return;
    this.#bar.value = Math.min(1, job.elapsed_s / job.limit_s);
    const seconds = Math.max(0, Math.ceil(job.limit_s - job.elapsed_s));
    say(this.#text, job.state === 'waiting' ? 'matching.waiting' : 'matching.solving', { seconds });
  }
}
