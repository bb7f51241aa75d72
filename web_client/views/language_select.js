/** A choice of language: its name in itself, so that everybody finds their own. */

import { languageName, onLanguage, ownName } from '../i18n.js';
import { choices } from '../languages.js';
import { h } from './dom.js';

/**
 * @param {string} chosen BCP 47
 * @param {Record<string, import('./dom.js').Attribute>} attributes of the select
 * @returns {HTMLSelectElement}
 */
export function languageSelect(chosen, attributes) {
  const select = h('select', attributes, ...choices(chosen).map((tag) => h('option', { value: tag })));
  const name = () => {
    for (const option of select.options) {
      const own = ownName(option.value);
      const here = languageName(option.value);
      option.textContent = own === here ? own : `${own} · ${here}`;
    }
  };
  name();
  onLanguage(name);
  select.value = chosen;
  return select;
}
