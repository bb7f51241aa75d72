/** Which language the page speaks, and how its sentences are filled in. Pure. */

export const LOCALES = /** @type {const} */ (['ko', 'en', 'zh-Hans', 'vi', 'ja', 'ru']);

/** @typedef {typeof LOCALES[number]} Locale */
/** @typedef {Record<string, string>} Sentences */

/**
 * The first wanted language that the page has; any Chinese is better served by Chinese than by English.
 * @param {readonly string[]} wanted BCP 47, best first
 * @returns {Locale}
 */
export function negotiate(wanted) {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-')[0];
    const found = LOCALES.find((locale) => locale.toLowerCase().split('-')[0] === language);
    if (found) return found;
  }
  return 'en';
}

/**
 * @param {string} sentence with `{name}` where a value goes
 * @param {Record<string, string | number>} values
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
