/** How long to wait before dialling again: quick at first, so that a restarted server has its pages back within
 *  seconds, then slower, spread at random so that a hundred pages do not come back in the same instant. */

export const FIRST_MS = 250;
export const LONGEST_MS = 3000;

/**
 * A dial that gets no answer is given up, since on a network that has just come back a new one is quicker than one
 * that has already begun to wait longer and longer. Every third is more patient, for networks that are merely slow.
 * @param {number} attempt failed attempts in a row, from 0
 * @returns {number} milliseconds
 */
export function dialMs(attempt) {
  return attempt % 3 === 2 ? 6000 : 4000;
}

/**
 * @param {number} attempt failed attempts in a row, from 0
 * @param {() => number} [random] 0 to 1
 * @returns {number} milliseconds
 */
export function backoffMs(attempt, random = Math.random) {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling * (0.5 + random() / 2));
}
