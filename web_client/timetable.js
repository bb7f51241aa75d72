/** A draft as rows and columns, and the slots of a day in the event's own time. Pure. */

/** @typedef {{starts_at: string, duration_min: number}} Slot */
/** @typedef {{id: string, role: string, name: string, company: string, speaks: string, languages: string[], categories: string[]}} Person */
/** @typedef {{code: string, who: string}} Odd */
/** @typedef {Slot & {seller: string, buyer: string, booth: string, interpreters: string[], locked: boolean, published: boolean, odd: Odd[]}} Placement */
/** @typedef {{seller: string, buyer: string, must: boolean, code: string, who: string[], obstacles: {starts_at: string, code: string}[]}} Unplaced */
/** @typedef {Slot & {id: string, title: string, state: string, booth: string, people: string[]}} Fixed */
/** @typedef {{state: string, elapsed_s: number, limit_s: number, score: number | null, bound: number | null, message: string}} Job */
/** @typedef {{event: string, time_zone: string, revision: number, slots: Slot[], with_interpreters: boolean, score: number | null, bound: number | null, wishes: number, people: Person[], booths: string[], placements: Placement[], unplaced: Unplaced[], fixed: Fixed[], solving: Job | null}} Matching */
/** @typedef {'booth' | 'seller' | 'buyer'} Columns */
/** @typedef {{placements: Placement[], fixed: Fixed[]}} Cell */
/** @typedef {{starts_at: string, duration_min: number, offered: boolean, cells: Cell[]}} Row */
/** @typedef {{date: string, from: string, to: string, minutes: number, gap: number, breakFrom: string, breakTo: string}} DayPlan */

/** What products a side's wishes may be about: categories of the other side, each once. @param {readonly Person[]} others @returns {string[]} */
export function categoriesOf(others) {
  const named = new Map(others.flatMap(({ categories }) => categories).reverse().map((each) => [each.normalize('NFKC').toLowerCase().replaceAll(/\s/g, ''), each]));
  return [...named.values()].sort((one, other) => one.localeCompare(other));
}

/**
 * @param {Matching} matching
 * @param {Columns} by
 * @returns {{keys: string[], rows: Row[]}} a key is a booth's name (empty: none) or a participant's id
 */
export function grid(matching, by) {
  const keys = columns(matching, by);
  /** @type {Map<string, Row>} */
  const rows = new Map();
  const rowAt = (/** @type {Slot} */ { starts_at, duration_min }, offered = false) => {
    const at = new Date(starts_at).toISOString();
    const found = rows.get(at) ?? { starts_at, duration_min, offered, cells: keys.map(() => ({ placements: [], fixed: [] })) };
    rows.set(at, found);
    return found;
  };
  for (const slot of matching.slots) rowAt(slot, true);
  for (const placement of matching.placements) {
    const key = by === 'booth' ? placement.booth : placement[by];
    rowAt(placement).cells[keys.indexOf(key)]?.placements.push(placement);
  }
  for (const fixed of matching.fixed) {
    const wanted = by === 'booth' ? [fixed.booth] : fixed.people;
    for (const key of wanted) if (keys.includes(key)) rowAt(fixed).cells[keys.indexOf(key)]?.fixed.push(fixed);
  }
  const sorted = [...rows.values()].sort((one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at));
  return { keys, rows: sorted };
}

/** @param {Matching} matching @param {Columns} by @returns {string[]} */
function columns(matching, by) {
  if (by !== 'booth') {
    const placed = new Set([...matching.placements.map((each) => each[by]), ...matching.unplaced.map((each) => each[by])]);
    return matching.people.filter(({ id, role }) => role === by && placed.has(id)).map(({ id }) => id);
  }
  const used = [...matching.placements, ...matching.fixed].map(({ booth }) => booth);
  const unknown = [...new Set(used)].filter((booth) => booth && !matching.booths.includes(booth));
  const keys = [...matching.booths, ...unknown.sort()];
  return used.includes('') || keys.length === 0 ? [...keys, ''] : keys;
}

/**
 * @param {DayPlan} plan times of day as the event's clocks show them
 * @param {string} zone
 * @returns {Slot[]} one after the other, none of them in the break
 */
export function slotsOfDay({ date, from, to, minutes, gap, breakFrom, breakTo }, zone) {
  const end = Date.parse(moment(date, to, zone));
  const pause = breakFrom && breakTo ? [Date.parse(moment(date, breakFrom, zone)), Date.parse(moment(date, breakTo, zone))] : null;
  const slots = [];
  let at = Date.parse(moment(date, from, zone));
  while (minutes > 0 && at + minutes * 60_000 <= end && slots.length < 100) {
    if (pause && at < (pause[1] ?? 0) && at + minutes * 60_000 > (pause[0] ?? 0)) {
      at = pause[1] ?? at;
      if (at <= (pause[0] ?? 0)) break;
      continue;
    }
    slots.push({ starts_at: new Date(at).toISOString(), duration_min: minutes });
    at += (minutes + Math.max(0, gap)) * 60_000;
  }
  return slots;
}

/**
 * @param {string} date `2026-11-23`
 * @param {string} time `09:00`
 * @param {string} zone
 * @returns {string} ISO 8601
 */
export function moment(date, time, zone) {
  const asUtc = Date.parse(`${date}T${time}:00Z`);
  // The zone's offset may itself differ between the first guess and the answer.
  const guess = asUtc - offset(asUtc, zone);
  return new Date(asUtc - offset(guess, zone)).toISOString();
}

/** @param {number} at @param {string} zone @returns {number} ms that its clocks are ahead of UTC */
function offset(at, zone) {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).formatToParts(at);
  const part = (/** @type {string} */ type) => Number(parts.find((each) => each.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - Math.floor(at / 1000) * 1000;
}

/** @param {string} at ISO 8601 @param {string} zone @returns {string} `2026-11-23` there */
export function dateThere(at, zone) {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at));
}

/** @param {Matching} matching @param {string} id @returns {string} company or name; a booth's own name */
export function labelOf(matching, id) {
  const found = matching.people.find((one) => one.id === id);
  if (!found) return id;
  const namesakes = matching.people.filter(({ role, company }) => role === found.role && company === found.company);
  if (found.role === 'interpreter') return found.name;
  return found.company && namesakes.length === 1 ? found.company : [found.company, found.name].filter(Boolean).join(' · ');
}

/** @param {Matching} matching @param {Placement} placement @returns {Person[]} those who work between its languages first */
export function interpretersFor(matching, { seller, buyer }) {
  const need = [seller, buyer].map((id) => matching.people.find((one) => one.id === id)?.speaks ?? '');
  const able = (/** @type {Person} */ one) => need.every((tag) => one.languages.includes(tag) || one.speaks === tag);
  const all = matching.people.filter(({ role }) => role === 'interpreter');
  return [...all.filter(able), ...all.filter((one) => !able(one))];
}
