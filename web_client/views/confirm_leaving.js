/** Asks before an edit sends somebody away, or loses what was said. */

import { say } from '../i18n.js';
import { dialog } from './dialog.js';
import { h } from './dom.js';

/** @param {readonly string[]} inside names, none where only a transcript would be lost @returns {Promise<boolean>} */
export function confirmLeaving(inside) {
  const words = h('p');
  if (inside.length > 0) say(words, 'event.confirm_inside', { names: inside.join(', ') });
  else say(words, 'event.confirm_opened');
  return new Promise((answer) => {
    let sure = false;
    const yes = h('button', { type: 'button', class: 'danger', 'data-action': 'confirm', 'data-t': 'event.confirm_do' });
    const no = h('button', { type: 'button', 'data-action': 'keep', 'data-t': 'event.confirm_keep' });
    const shown = dialog('event.confirm', h('div', { class: 'dialog-body' }, words, h('div', { class: 'dialog-foot' }, no, yes)));
    yes.addEventListener('click', () => {
      sure = true;
      shown.close();
    });
    no.addEventListener('click', () => shown.close());
    shown.addEventListener('close', () => answer(sure));
    no.focus();
  });
}
