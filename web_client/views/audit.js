/** What was done by whom, the newest first. */

import * as api from '../api.js';
import { dateAndTime } from '../i18n.js';
import { h } from './dom.js';

/** @import {AuditEntry} from '../api.js' */

export function auditCard() {
  const body = h('tbody');
  const more = h('button', { type: 'button', class: 'quiet', 'data-action': 'more-audit', 'data-t': 'accounts.more' });
  let last = 0;
  const show = async () => {
    const entries = await api.audit(last);
    body.append(...entries.map(row));
    last = entries.at(-1)?.number ?? last;
    more.hidden = entries.length === 0 || last <= 1;
  };
  more.addEventListener('click', () => void show());
  void show();
  return h('section', { class: 'account-card' }, h('h2', { 'data-t': 'accounts.audit' }),
    h('div', { class: 'audit', tabindex: 0, role: 'region', 'data-t-label': 'accounts.audit' }, h('table', {},
      h('thead', {}, h('tr', {}, ...['at', 'who', 'what', 'target'].map((name) => h('th', { scope: 'col', 'data-t': `accounts.audit_${name}` })))), body)), more);
}

/** @param {AuditEntry} entry */
function row({ at, name, action, target }) {
  const about = Object.entries(target).map(([key, value]) => `${key} ${value}`).join(', ');
  return h('tr', {}, h('td', {}, dateAndTime(at)), h('td', {}, name), h('td', {}, h('code', {}, action)), h('td', {}, about));
}
