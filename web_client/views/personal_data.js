/** What is kept of a participant: as a file, or erased for good. */

import * as api from '../api.js';
import { has, say } from '../i18n.js';
import { dialog } from './dialog.js';
import { h } from './dom.js';
import { icon } from './icons.js';

/** @import {Named} from '../api.js' */

/** @param {Named} one @returns {HTMLElement} */
export function personalData(one) {
  return h('details', {}, h('summary', { 'data-t': 'event.data' }), h('p', { class: 'hint', 'data-t': 'event.data_hint' }), h('div', { class: 'dialog-foot' }, ...dataTools(one)));
}

/** @param {Named} one @returns {HTMLElement[]} */
export function dataTools(one) {
  const name = one.company || one.name;
  const file = h('a', { class: 'button', href: api.personalDataUrl(one.id), download: '', 'data-action': 'personal-data' }, icon('download'), h('span', { 'data-t': 'event.data_file' }));
  say(file, 'event.data_file_of', { name }, 'label');
  const erase = h('button', { type: 'button', class: 'danger', 'data-action': 'erase-person', onclick: () => ask(one) }, h('span', { 'data-t': 'event.erase' }));
  say(erase, 'event.erase_of', { name }, 'label');
  return [file, erase];
}

/** @param {Named} one */
function ask(one) {
  const words = h('p');
  say(words, 'event.erase_ask', { name: [one.company, one.name].filter(Boolean).join(' · ') });
  const failure = h('p', { class: 'failure', role: 'alert', hidden: true });
  const yes = h('button', { type: 'button', class: 'danger', 'data-action': 'confirm-erase', 'data-t': 'event.erase_do' });
  const no = h('button', { type: 'button', 'data-action': 'keep', 'data-t': 'event.confirm_keep' });
  const shown = dialog('event.erase', h('div', { class: 'dialog-body' }, words, failure, h('div', { class: 'dialog-foot' }, no, yes)));
  no.addEventListener('click', () => shown.close());
  yes.addEventListener('click', async () => {
    yes.disabled = true;
    try {
      await api.erasePerson(one.id);
      // Undo and everything else on the page knew them.
      location.reload();
    } catch (error) {
      const code = error instanceof api.ApiError ? `event.refused_${error.code}` : '';
      say(failure, has(code) ? code : 'error.failed');
      failure.hidden = false;
      yes.disabled = false;
    }
  });
  no.focus();
}
