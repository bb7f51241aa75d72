/** Wishes that have no consultation, each with its reason, and what stands in the way slot by slot. */

import { languageName, say, t } from '../i18n.js';
import { labelOf } from '../timetable.js';
import { h } from './dom.js';
import { shortMoment } from './matching_grid.js';

/** @import {Matching, Unplaced} from '../timetable.js' */

/** So many are shown at first. */
const SHOWN = 30;

export class UnplacedList {
  #all = false;
  /** @type {Matching | null} */ #state = null;
  #still = false;
  #onPlace;
  #heading = h('h2');
  #list = h('ul', { class: 'unplaced' });
  #more = h('button', { type: 'button', class: 'quiet', 'data-action': 'all-unplaced', onclick: () => {
    this.#all = true;
    this.render(this.#state, this.#still);
  } });

  /** @param {(seller: string, buyer: string) => void} onPlace */
  constructor(onPlace) {
    this.#onPlace = onPlace;
    this.element = h('section', { class: 'matching-left' }, this.#heading, this.#list, this.#more);
  }

  /** @param {Matching | null} state @param {boolean} still */
  render(state, still) {
    this.#state = state;
    this.#still = still;
    const left = state?.unplaced ?? [];
    // Before there is a timetable nothing was left out of it.
    this.element.hidden = !state || left.length === 0 || state.slots.length === 0;
    if (!state || this.element.hidden) return;
    say(this.#heading, 'matching.unplaced', { count: left.length });
    this.#list.replaceChildren(...left.slice(0, this.#all ? left.length : SHOWN).map((each) => this.#item(state, each, still)));
    this.#more.hidden = this.#all || left.length <= SHOWN;
    say(this.#more, 'matching.show_all', { count: left.length });
  }

  /** @param {Matching} state @param {Unplaced} one @param {boolean} still */
  #item(state, one, still) {
    const { seller, buyer, must, code, obstacles } = one;
    const names = h('span', { class: 'unplaced-names' }, h('span', { class: 'speaker', 'data-role': 'seller' }, labelOf(state, seller)), ' ↔ ', h('span', { class: 'speaker', 'data-role': 'buyer' }, labelOf(state, buyer)));
    const slots = obstacles.length === 0 ? null : h('details', {}, h('summary', { 'data-t': 'matching.by_slot' }),
      h('ul', {}, ...obstacles.map(({ starts_at, code: kind }) => h('li', {}, `${shortMoment(starts_at, state.time_zone)} – ${t(`matching.obstacle_${kind}`, valuesOf(state, one))}`))));
    const place = h('button', { type: 'button', 'data-action': 'place', disabled: still || code === 'refused', onclick: () => this.#onPlace(seller, buyer) }, h('span', { 'data-t': 'matching.place' }));
    place.setAttribute('aria-label', `${t('matching.place')}: ${labelOf(state, seller)} ↔ ${labelOf(state, buyer)}`);
    return h('li', { 'data-code': code }, h('div', { class: 'unplaced-what' }, names, must ? h('span', { class: 'badge warn', 'data-t': 'matching.must' }) : null,
      h('p', { class: 'unplaced-why' }, t(`matching.why_${code}`, valuesOf(state, one))), slots), place);
  }
}

/** @param {Matching} state @param {Pick<Unplaced, 'seller' | 'buyer' | 'who'>} one */
function valuesOf(state, { seller, buyer, who }) {
  const spoken = [seller, buyer].map((id) => languageName(state.people.find((one) => one.id === id)?.speaks ?? ''));
  return { seller: labelOf(state, seller), buyer: labelOf(state, buyer), who: who.map((id) => labelOf(state, id)).join(', '), languages: spoken.join('–') };
}
