/** What to read before a consultation: links that lead out of here, in a tab of their own. */

import { h } from './dom.js';
import { icon } from './icons.js';

/** @import {Document} from '../agenda.js' */

/** @param {readonly Document[]} documents @returns {HTMLElement | null} null where there are none */
export function documentLinks(documents) {
  if (documents.length === 0) return null;
  return h('ul', { class: 'documents', 'data-t-label': 'day.documents' }, ...documents.map(({ title, url }) =>
    h('li', {}, h('a', { href: url, target: '_blank', rel: 'noopener noreferrer', 'data-action': 'document' }, icon('transcript'), h('span', {}, title)))));
}
