/** One's own account; for administrators also everybody who signs in, and what they did. */

import { ApiError, me, signOut } from './api.js';
import { startLanguage } from './i18n.js';
import { h } from './views/dom.js';
import { languageSwitch } from './views/language_switch.js';
import { auditCard } from './views/audit.js';
import { ownAccount } from './views/own_account.js';
import { usersCard } from './views/users.js';

async function main() {
  await startLanguage();
  const who = await me().catch((error) => /** @type {ApiError} */ (error));
  if (who instanceof ApiError) {
    location.assign('/');
    return;
  }
  const administrator = who.role === 'administrator';
  document.body.classList.add('accounts-page');
  document.body.replaceChildren(
    h('header', { class: 'top' }, h('a', { class: 'brand', href: '/organiser', 'data-t': 'page.brand' }),
      h('a', { class: 'button quiet', href: '/organiser', 'data-t': 'accounts.back' }), languageSwitch(),
      h('button', { type: 'button', class: 'quiet', 'data-action': 'sign-out', 'data-t': 'board.sign_out', onclick: () => void signOut().then(() => location.assign('/')) })),
    h('main', { class: 'organiser accounts' }, h('h1', { 'data-t': 'accounts.title' }),
      ownAccount(who), administrator ? usersCard() : null, administrator ? auditCard() : null));
}

void main();
