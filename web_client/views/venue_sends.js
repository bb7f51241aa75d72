/** What a hall's screen may send of its hall: nothing, unless the organiser says so. */

import * as api from '../api.js';
import { say } from '../i18n.js';
import { h } from './dom.js';

/** @import {BoardPerson} from '../protocol.js' */

const CHOICES = ['nothing', 'sound', 'sound_and_picture'];

/**
 * @param {() => string} room id
 * @param {BoardPerson} first
 * @returns {{element: HTMLSelectElement, show: (person: BoardPerson) => void}} hidden for everybody but venues
 */
export function venueSends(room, first) {
  const element = h('select', { 'data-needs': 'organiser', 'data-action': 'venue-sends' }, ...CHOICES.map((value) => h('option', { value, 'data-t': `venue.${value}` })));
  let person = first;
  element.addEventListener('change', () => {
    element.disabled = true;
    void api.setSends(room(), person.id, element.value).catch(() => (element.value = person.sends)).finally(() => (element.disabled = false));
  });
  return {
    element,
    show(now) {
      person = now;
      element.hidden = now.role !== 'venue';
      if (!element.disabled) element.value = now.sends;
      say(element, 'venue.of', { name: now.name || now.company }, 'label');
    },
  };
}
