/** Times of day in a zone, and how long it is until then. */

import { pageLocale } from './i18n.js';

/** @param {string | null} startsAt ISO 8601 @param {number} minutes @param {string} zone IANA name @returns {string} `09:00–09:30`, empty without a start */
export function spanIn(startsAt, minutes, zone) {
  if (!startsAt) return '';
  const format = new Intl.DateTimeFormat(pageLocale(), { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const start = Date.parse(startsAt);
  return `${format.format(start)}–${format.format(start + minutes * 60_000)}`;
}

/** @param {number} ms negative: ago @returns {string} `in 12 minutes`, as this page's language says it */
export function until(ms) {
  const minutes = ms < 0 ? -Math.floor(-ms / 60_000) : Math.ceil(ms / 60_000);
  const format = new Intl.RelativeTimeFormat(pageLocale(), { numeric: 'always' });
  return Math.abs(minutes) < 90 ? format.format(minutes, 'minute') : format.format(Math.round(minutes / 60), 'hour');
}
