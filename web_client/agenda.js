/** A participant's consultations by the days of their own time zone. Pure. */

/** @typedef {{title: string, url: string}} Document */
/** @typedef {{role: string, name: string, company: string, speaks: string, present: boolean, documents: Document[]}} DayPerson */
/** @typedef {{id: string, title: string, state: 'scheduled' | 'open' | 'closed', starts_at: string | null, duration_min: number, booth: string, venue: string, others: DayPerson[], url: string | null}} DayRoom */
/** @typedef {{event: string, name: string, company: string, role: string, reads: string, time_zone: string | null, opens_early_min: number, opens_itself: boolean, rooms: DayRoom[]}} Day */

const PARTIES = ['seller', 'buyer'];

/**
 * @param {readonly DayRoom[]} rooms
 * @param {string} zone IANA name
 * @returns {{day: string, rooms: DayRoom[]}[]} `day` as 2026-11-23, empty for rooms without a time, which come last
 */
export function byDay(rooms, zone) {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
  /** @type {Map<string, DayRoom[]>} */
  const days = new Map();
  for (const room of rooms) {
    const day = room.starts_at ? format.format(new Date(room.starts_at)) : '';
    days.set(day, [...(days.get(day) ?? []), room]);
  }
  return [...days].sort(([one], [other]) => (one === '' ? 1 : other === '' ? -1 : one.localeCompare(other))).map(([day, found]) => ({ day, rooms: found }));
}

/**
 * @param {readonly DayRoom[]} rooms
 * @param {number} nowMs
 * @returns {DayRoom | null} the one to go to: what is open, or else what comes next
 */
export function next(rooms, nowMs) {
  const end = (/** @type {DayRoom} */ room) => Date.parse(room.starts_at ?? '') + room.duration_min * 60_000;
  const open = rooms.find(({ state }) => state === 'open');
  return open ?? rooms.find((room) => room.state === 'scheduled' && room.starts_at !== null && end(room) > nowMs) ?? null;
}

/** What counts as soon (ms). */
const SOON_MS = 30 * 60_000;

/**
 * @param {readonly DayRoom[]} rooms
 * @param {number} nowMs
 * @returns {DayRoom[]} those that begin within half an hour, or should have begun and are not open yet
 */
export function soon(rooms, nowMs) {
  return rooms.filter((room) => {
    const start = Date.parse(room.starts_at ?? '');
    return room.state === 'scheduled' && start - nowMs <= SOON_MS && start + room.duration_min * 60_000 > nowMs;
  });
}

/** Whom one meets: the other side, or for who belongs to no side both. @param {DayRoom} room @param {string} role @returns {string} */
export function across(room, role) {
  const parties = room.others.filter((person) => PARTIES.includes(person.role) && person.role !== role);
  return parties.map(({ name, company }) => (company && company !== name ? `${company} · ${name}` : name)).join(' / ');
}

/** The zone that the page begins with: the participant's, if the browser knows it, or the browser's. @param {string | null} known @returns {string} */
export function startZone(known) {
  try {
    if (known) return new Intl.DateTimeFormat('en', { timeZone: known }).resolvedOptions().timeZone;
  } catch {
    // A zone that this browser does not know.
  }
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
