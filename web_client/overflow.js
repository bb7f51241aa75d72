/** Which buttons of a row have a place of their own, and which go behind "more". Pure. */

/**
 * @template T
 * @param {readonly T[]} row in the order in which they stand
 * @param {number} places how many fit
 * @param {(item: T) => number} rank the higher, the sooner it gives way
 * @returns {{shown: T[], more: T[]}} nothing goes behind "more" as long as all fit; it takes a place itself
 */
export function fit(row, places, rank) {
  if (row.length <= places) return { shown: [...row], more: [] };
  const leaving = [...row].sort((one, other) => rank(other) - rank(one)).slice(0, row.length - Math.max(places - 1, 0));
  return { shown: row.filter((item) => !leaving.includes(item)), more: row.filter((item) => leaving.includes(item)) };
}

/**
 * @param {number} width of the row (px)
 * @param {number} least width of one button
 * @param {number} gap between two
 */
export function placesIn(width, least, gap) {
  return Math.max(2, Math.floor((width + gap) / (least + gap)));
}
