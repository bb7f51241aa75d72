/** What a person chose before, kept by their browser. Never the name of a room or its link. */

const PREFIX = 'sangdam.';

/**
 * @param {string} key
 * @param {string} [fallback]
 * @returns {string}
 */
export function recall(key, fallback = '') {
  try {
    return localStorage.getItem(PREFIX + key) ?? fallback;
  } catch {
    return fallback; // storage is forbidden: everything works, nothing is remembered
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
export function remember(key, value) {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // as above
  }
}
