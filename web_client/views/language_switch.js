/** The page's own language: a select in the corner of every page. */

import { onLanguage, ownName, pageLocale, use } from '../i18n.js';
import { LOCALES } from '../locale.js';
import { remember } from '../preferences.js';
import { h } from './dom.js';
import { icon } from './icons.js';

/** @import {Locale} from '../locale.js' */

/** @returns {HTMLElement} */
export function languageSwitch() {
  const select = h(
    'select',
    { 'data-action': 'locale', 'data-t-label': 'page.language' },
    ...LOCALES.map((locale) => h('option', { value: locale, lang: locale }, ownName(locale))),
  );
  select.value = pageLocale();
  select.addEventListener('change', () => {
    remember('locale', select.value);
    void use(/** @type {Locale} */ (select.value));
  });
  onLanguage(() => {
    select.value = pageLocale();
  });
  return h('span', { class: 'locale' }, icon('globe'), select);
}
