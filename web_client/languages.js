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
