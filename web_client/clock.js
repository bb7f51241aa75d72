/** Times of day in a zone, and how long it is until then. */

import { pageLocale } from './i18n.js';

/** @param {string | null} startsAt ISO 8601 @param {number} minutes @param {string} zone IANA name @returns {string} `09:00–09:30`, empty without a start */
export function spanIn(startsAt, minutes, zone) {
  if (!startsAt) return '';
  const format = new Intl.DateTimeFormat(pageLocale(), { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const start = Date.parse(startsAt);
  return `${format.format(start)}–${format.format(start + minutes * 60_000)}`;
}
