/** What the pages about one event share: the bar at the top, and the choice of the event. */

import * as api from '../api.js';
import { startLanguage } from '../i18n.js';
import { startRights } from '../rights.js';
import { h } from './dom.js';
import { languageSwitch } from './language_switch.js';

/**
 * Shows the page around `main`; whoever is not signed in is sent to the front.
 * @param {string} title sentence
 * @param {HTMLElement} main
 * @param {(event: string) => void} onEvent with the event of the address, or the latest, and after each choice
 */
export async function eventPage(title, main, onEvent) {
  await Promise.all([startLanguage(), startRights()]);
  const events = await api.eventNames().catch(() => null);
  if (!events) {
    location.assign('/');
    return;
  }
  const asked = new URLSearchParams(location.search).get('event') ?? '';
  const choice = h('select', { name: 'event', 'data-action': 'choose-event' }, ...events.map(({ name }) => h('option', { value: name }, name)));
  if (events.some(({ name }) => name === asked)) choice.value = asked;
  choice.addEventListener('change', () => {
    const address = new URL(location.href);
    address.searchParams.set('event', choice.value);
    history.replaceState(null, '', address);
    onEvent(choice.value);
  });
  const chosen = h('label', { class: 'field event-choice' }, h('span', { 'data-t': 'event.choice' }), choice);
  const none = h('p', { class: 'board-empty', 'data-t': 'event.none' });
  document.body.classList.add('accounts-page');
  document.body.replaceChildren(
    h('header', { class: 'top' }, h('a', { class: 'brand', href: '/organiser', 'data-t': 'page.brand' }),
      h('a', { class: 'button quiet', href: '/organiser', 'data-t': 'accounts.back' }), languageSwitch()),
    h('main', { class: 'organiser accounts' }, h('h1', { 'data-t': title }), ...(events.length > 0 ? [chosen, main] : [none])));
  const [heading] = document.getElementsByTagName('h1');
  document.title = heading?.textContent ?? document.title;
  if (events.length > 0) onEvent(choice.value);
}
