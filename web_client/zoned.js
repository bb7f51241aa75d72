/** Dates and times as a clock in a time zone shows them. Pure. */

/** @typedef {{date: string, time: string}} Wall `2026-11-23` and `09:00` */

/** @param {string} at ISO 8601 @param {string} zone IANA name @returns {Wall} */
export function wallOf(at, zone) {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const [date = '', time = ''] = format.format(new Date(at)).split(' ');
  return { date, time };
}

/**
 * Of a time that the clock shows twice the first, of one that it skips the one as much later.
 * @param {Wall} wall
 * @param {string} zone
 * @returns {string | null} ISO 8601 in UTC; null when it is no time
 */
export function instantOf({ date, time }, zone) {
  const wanted = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(wanted)) return null;
  const before = shown(wanted - 86_400_000, zone);
  const first = wanted - (before - (wanted - 86_400_000));
  if (shown(first, zone) === wanted) return new Date(first).toISOString();
  const second = wanted - (shown(first, zone) - first);
  return new Date(shown(second, zone) === wanted ? second : first).toISOString();
}

/** What the clock shows at a moment, as if it were UTC. @param {number} at @param {string} zone */
function shown(at, zone) {
  const { date, time } = wallOf(new Date(at).toISOString(), zone);
  return Date.parse(`${date}T${time}:00Z`);
}

/** `9`, `930`, `9:30`, `09.30` → `09:30`. @param {string} text @returns {string | null} null when it is no time */
export function readTime(text) {
  const found = /^(\d{1,2})(?:[:.\s]?(\d{2}))?$/.exec(text.trim());
  if (!found) return null;
  const [hour, minute] = [Number(found[1]), Number(found[2] ?? 0)];
  return hour < 24 && minute < 60 ? `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}` : null;
}
