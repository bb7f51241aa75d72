/** What publishing the draft would do; then, on a word, the doing. */

import * as api from '../matching_api.js';
import { dialog } from './dialog.js';
import { h } from './dom.js';
import { shortMoment } from './matching_grid.js';
import { attempt, errors, plans } from './schedule.js';

/** @import {Matching} from '../timetable.js' */

/** @param {Matching} state @param {() => void} onDone */
export function publishDialog(state, onDone) {
  const report = h('div', { class: 'report', role: 'status' });
  const submit = h('button', { type: 'button', class: 'primary', 'data-action': 'confirm-publish', 'data-t': 'matching.publish', disabled: true });
  const shown = dialog('matching.publish_heading', h('div', { class: 'dialog-body schedule' },
    h('p', { class: 'hint', 'data-t': 'matching.publish_hint' }), report, h('div', { class: 'dialog-foot' }, submit)));
  const clashes = state.placements.filter(({ odd }) => odd.some(({ code }) => code === 'clash')).length;
  void attempt(report, async () => {
    if (clashes > 0) {
      report.replaceChildren(h('p', { class: 'failure', 'data-t': 'matching.clashes_first' }));
      return;
    }
    const found = await api.publish(state.event, state.revision, true);
    const nothing = found.created.length + found.changed.length + found.removed.length === 0;
    report.replaceChildren(...(found.errors.length > 0 ? [errors(found.errors)] : plans(found, (at) => shortMoment(at, state.time_zone))),
      ...(nothing && found.errors.length === 0 ? [h('p', { class: 'hint', 'data-t': 'matching.nothing_new' })] : []));
    submit.disabled = nothing || found.errors.length > 0;
  });
  submit.addEventListener('click', async () => {
    submit.disabled = true;
    await attempt(report, async () => {
      await api.publish(state.event, state.revision, false);
      shown.close();
      onDone();
    });
  });
}
