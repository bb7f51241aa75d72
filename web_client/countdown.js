/** What a hall's screen says of the time until its next consultation. Pure. */

const DAY_S = 24 * 3600;

/**
 * @param {number} ms until it begins
 * @returns {string | null} `1:05:09` or `05:09`; null when it should have begun, or is more than a day away
 */
export function countdown(ms) {
  const all = Math.ceil(ms / 1000);
  if (all <= 0 || all >= DAY_S) return null;
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${two(minutes)}:${two(seconds)}`;
}

/**
 * @param {string} zone IANA name
 * @param {string} locale
 * @param {number} startMs
 * @param {number} lengthMin
 * @returns {string} `09:00–09:30` there
 */
export function slot(zone, locale, startMs, lengthMin) {
  const format = new Intl.DateTimeFormat(locale, { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return `${format.format(startMs)}–${format.format(startMs + lengthMin * 60_000)}`;
}
