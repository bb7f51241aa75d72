/** Languages that one can choose to speak and read, as trade missions bring them. */

export const LANGUAGES = ['ko', 'en', 'zh-Hans', 'zh-Hant', 'yue', 'vi', 'ja', 'ru', 'fil'];

/**
 * The list, with whatever the organiser wrote down first if it is none of them.
 * @param {...string} tags
 * @returns {string[]}
 */
export function choices(...tags) {
  return [...new Set([...tags.filter((tag) => tag && !LANGUAGES.includes(tag)), ...LANGUAGES])];
}

/**
 * Of the languages that there are, the one wanted most: the same tag, else the same language otherwise written.
 * @param {readonly string[]} available
 * @param {readonly string[]} wanted
 * @returns {string} empty where there is none at all
 */
export function nearest(available, wanted) {
  const base = (/** @type {string} */ tag) => tag.split('-')[0];
  for (const tag of wanted) {
    const found = available.find((one) => one === tag) ?? available.find((one) => base(one) === base(tag));
    if (found) return found;
  }
  return available[0] ?? '';
}
