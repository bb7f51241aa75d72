/** What OBS, an encoder or a wall screen is told to be somebody in a room (docs/whip.md): address and token. */

import * as api from '../api.js';
import { say } from '../i18n.js';
import { copyAndSay } from './copied.js';
import { dialog } from './dialog.js';
import { h } from './dom.js';

/** @import {BoardPerson} from '../protocol.js' */

/** @param {string} room id @param {BoardPerson} person */
export async function encoderDialog(room, person) {
  const whose = h('p', { class: 'hint', role: 'status' });
  say(whose, 'encoder.hint', { name: person.name || person.company });
  const fields = h('div', { class: 'encoder-fields' });
  dialog('encoder.title', h('div', { class: 'dialog-body' }, fields, whose));
  try {
    const link = new URL((await api.link(room, person.id)).url);
    const sends = person.role !== 'observer' && (person.role !== 'venue' || person.sends !== 'nothing');
    fields.append(
      ...(sends ? field('whip', 'encoder.whip', `${link.origin}/whip`) : []),
      ...field('whep', 'encoder.whep', `${link.origin}/whep`),
      ...field('token', 'encoder.token', link.pathname.split('/').at(-1) ?? '', 'password'));
  } catch {
    say(whose, 'error.failed');
  }
}

/** @param {string} name @param {string} key @param {string} value @param {string} type */
function field(name, key, value, type = 'text') {
  const word = h('span', { 'data-t': 'encoder.copy' });
  const copied = h('button', { type: 'button', 'data-action': `copy-${name}` }, word);
  const text = h('input', { id: `encoder-${name}`, name, type, value, readonly: '', autocomplete: 'off', spellcheck: 'false' });
  text.addEventListener('focus', () => text.select());
  copied.addEventListener('click', () => void copyAndSay(word, 'encoder.copy', Promise.resolve(value)));
  return [h('label', { for: text.id, 'data-t': key }), h('div', { class: 'encoder-field' }, text, copied)];
}
