/** The calls of the matching page. */

import { call } from './api.js';

/** @import {ScheduleReport} from './api.js' */
/** @typedef {import('./timetable.js').Matching} Matching */

const event = (/** @type {string} */ name) => `/api/events/${encodeURIComponent(name)}`;

/** @returns {Promise<{name: string}[]>} the latest first */
export const events = () => call('GET', '/api/events').then(({ events: all }) => all);

/** @param {string} name @returns {Promise<Matching>} */
export const matching = (name) => call('GET', `${event(name)}/matching`);

/** @param {string} name @param {object} terms @returns {Promise<Matching>} */
export const putTerms = (name, terms) => call('PUT', `${event(name)}/matching/terms`, terms);

/** @param {string} name @param {object} change @returns {Promise<Matching>} */
export const changeDraft = (name, change) => call('PATCH', `${event(name)}/matching/draft`, change);

/** @typedef {{solving: import('./timetable.js').Job | null, revision: number}} Solving */

/** @param {string} name @returns {Promise<Solving>} */
export const solve = (name) => call('POST', `${event(name)}/matching/solving`);

/** @param {string} name @returns {Promise<Solving>} */
export const solving = (name) => call('GET', `${event(name)}/matching/solving`);

/** @param {string} name */
export const stopSolving = (name) => call('DELETE', `${event(name)}/matching/solving`);

/** @param {string} name @param {number} revision @param {boolean} dryRun @returns {Promise<ScheduleReport>} */
export const publish = (name, revision, dryRun) => call('POST', `${event(name)}/matching/publish?${new URLSearchParams({ revision: String(revision), ...(dryRun ? { dry_run: '1' } : {}) })}`);

/** @typedef {{participant: string, about: string | null, category: string, level: string}} Wish */

/** @param {string} name @returns {Promise<Wish[]>} */
export const wishes = (name) => call('GET', `${event(name)}/wishes`).then(({ wishes: all }) => all);

/** @param {string} name @param {object[]} changes @returns {Promise<Wish[]>} */
export const changeWishes = (name, changes) => call('PATCH', `${event(name)}/wishes`, { changes }).then(({ wishes: all }) => all);

/** @param {string} name @param {Blob} sheet @param {boolean} dryRun @returns {Promise<{wishes: number, participants: number, errors: import('./api.js').SheetError[], ignored: string[]}>} */
export const importWishes = (name, sheet, dryRun) => call('POST', `${event(name)}/wishes/sheet${dryRun ? '?dry_run=1' : ''}`, sheet);
