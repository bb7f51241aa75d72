/** Which key was pressed, whatever the layout of the keyboard: Korean and Cyrillic ones have no Latin letters. */

/** @param {KeyboardEvent} event @returns {string} a letter or digit, empty for all else */
export function signOf({ key, code }) {
  if (/^[a-z0-9]$/i.test(key)) return key.toLowerCase();
  return /^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : '';
}
