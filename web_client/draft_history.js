/** What a draft was before each change made on this page: taken back and made again. Pure.
 *
 *  Kept by the page alone, about one revision: a draft that somebody else changed begins anew. */

/** @import {Placement} from './timetable.js' */
/** @typedef {readonly Placement[]} Draft */
/** @typedef {{revision: number, placements: Draft}} Revision */
/** @typedef {'undo' | 'redo'} Way */

const MAX_STEPS = 100;

export class DraftHistory {
  /** @type {Record<Way, Draft[]>} the last step last */ #steps = { undo: [], redo: [] };
  /** @type {number | null} of the draft that the steps lead away from */ #revision = null;

  /** @param {Way} way */
  has(way) {
    return this.#steps[way].length > 0;
  }

  /** A draft is shown: what was not noted of it somebody else did. @param {Revision} shown */
  see({ revision }) {
    if (revision !== this.#revision) this.forget();
    this.#revision = revision;
  }

  /** A change was made here, alone when its revision is the next. @param {Revision} before @param {Revision} after */
  note(before, after) {
    if (before.revision !== this.#revision || after.revision !== before.revision + 1) return;
    this.#revision = after.revision;
    if (!differs(changeTo(before.placements, after.placements))) return;
    this.#steps.undo = [...this.#steps.undo, before.placements].slice(-MAX_STEPS);
    this.#steps.redo = [];
  }

  /** What the draft would be. @param {Way} way @returns {Draft | undefined} */
  next(way) {
    return this.#steps[way].at(-1);
  }

  /** It was taken that way. @param {Way} way @param {Revision} before @param {Revision} after */
  turned(way, before, after) {
    if (before.revision !== this.#revision) return;
    this.#revision = after.revision;
    this.#steps[way].pop();
    this.#steps[way === 'undo' ? 'redo' : 'undo'].push(before.placements);
  }

  forget() {
    this.#steps = { undo: [], redo: [] };
  }
}

/**
 * What makes one draft of another, as the server takes it.
 * @param {Draft} now @param {Draft} wanted
 */
export function changeTo(now, wanted) {
  const there = new Map(now.map((each) => [pair(each), JSON.stringify(asPut(each))]));
  const stays = new Set(wanted.map(pair));
  return {
    put: wanted.map(asPut).filter((each) => there.get(pair(each)) !== JSON.stringify(each)),
    remove: now.filter((each) => !stays.has(pair(each))).map(({ seller, buyer }) => ({ seller, buyer })),
  };
}

/** @param {{put: object[], remove: object[]}} change */
const differs = ({ put, remove }) => put.length + remove.length > 0;

/** @param {Placement} placement */
export function asPut({ seller, buyer, starts_at, duration_min, booth, interpreters, locked }) {
  return { seller, buyer, starts_at, duration_min, booth, interpreters, locked };
}

/** @param {{seller: string, buyer: string}} each */
function pair({ seller, buyer }) {
  return `${seller} ${buyer}`;
}
