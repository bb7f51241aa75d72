import assert from 'node:assert/strict';
import { test } from 'node:test';

import { categoriesOf, dateThere, grid, interpretersFor, labelOf, moment, slotsOfDay } from '../../web_client/timetable.js';

const person = (id, role, more = {}) => ({ id, role, name: id, company: id.toUpperCase(), speaks: 'ko', languages: [], categories: [], ...more });
const placement = (more) => ({ seller: 's', buyer: 'b', starts_at: '2026-11-23T00:00:00Z', duration_min: 30, booth: 'A', interpreters: [], locked: false, published: false, odd: [], ...more });
const MATCHING = {
  event: 'e', time_zone: 'Asia/Seoul', revision: 1, with_interpreters: true, score: null, bound: null, wishes: 0, solving: null,
  slots: [{ starts_at: '2026-11-23T00:00:00+00:00', duration_min: 30 }, { starts_at: '2026-11-23T00:30:00Z', duration_min: 30 }],
  people: [person('s', 'seller'), person('t', 'seller'), person('b', 'buyer', { speaks: 'vi' }), person('i', 'interpreter'), person('j', 'interpreter', { languages: ['vi'] })],
  booths: ['A', 'B'], placements: [placement({})], unplaced: [], fixed: [],
};

test('each category of the others is named once', () => {
  const others = [person('b', 'buyer', { categories: ['Coating', '부품'] }), person('c', 'buyer', { categories: ['coat ing'] })];
  assert.deepEqual(categoriesOf(others), ['Coating', '부품']);
  assert.deepEqual(categoriesOf([person('b', 'buyer')]), []);
});

test('a booth is a column and a slot a row', () => {
  const { keys, rows } = grid(MATCHING, 'booth');
  assert.deepEqual(keys, ['A', 'B']);
  assert.deepEqual(rows.map(({ cells }) => cells.map(({ placements }) => placements.length)), [[1, 0], [0, 0]]);
});

test('what has no booth or is at another time has a place too', () => {
  const lost = placement({ buyer: 'c', booth: '', starts_at: '2026-11-23T05:00:00Z' });
  const { keys, rows } = grid({ ...MATCHING, placements: [lost] }, 'booth');
  assert.deepEqual(keys, ['A', 'B', '']);
  assert.deepEqual([rows.length, rows[2].offered, rows[2].cells[2].placements.length], [3, false, 1]);
});

test('rooms that are not of the draft stand in the columns of those who are in them', () => {
  const fixed = { id: 'r', title: '', state: 'open', booth: 'Z', people: ['s', 'x'], starts_at: '2026-11-23T00:30:00Z', duration_min: 30 };
  const matching = { ...MATCHING, fixed: [fixed] };
  assert.deepEqual(grid(matching, 'booth').keys, ['A', 'B', 'Z']);
  const { keys, rows } = grid(matching, 'seller');
  assert.deepEqual(keys, ['s']);
  assert.equal(rows[1].cells[0].fixed.length, 1);
});

test('slots fill a day but for its break, by the clocks of the event', () => {
  const plan = { date: '2026-11-23', from: '10:00', to: '15:00', minutes: 30, gap: 10, breakFrom: '12:00', breakTo: '13:00' };
  const starts = slotsOfDay(plan, 'Asia/Seoul').map(({ starts_at }) => starts_at.slice(11, 16));
  assert.deepEqual(starts, ['01:00', '01:40', '02:20', '04:00', '04:40', '05:20']);
  assert.deepEqual(slotsOfDay({ ...plan, minutes: 0 }, 'Asia/Seoul'), []);
  assert.deepEqual(slotsOfDay({ ...plan, breakFrom: '13:00', breakTo: '12:00' }, 'Asia/Seoul').length > 0, true);
});

test('a time of day is found also when the clocks have just changed', () => {
  assert.equal(moment('2026-11-23', '09:00', 'Asia/Seoul'), '2026-11-23T00:00:00.000Z');
  assert.equal(moment('2026-03-08', '09:00', 'America/New_York'), '2026-03-08T13:00:00.000Z');
  assert.equal(moment('2026-11-01', '00:30', 'America/New_York'), '2026-11-01T04:30:00.000Z');
  assert.equal(dateThere('2026-11-22T23:00:00Z', 'Asia/Seoul'), '2026-11-23');
});

test('companies have their name alone where that is enough', () => {
  assert.equal(labelOf(MATCHING, 's'), 'S');
  assert.equal(labelOf({ ...MATCHING, people: [person('s', 'seller'), person('x', 'seller', { company: 'S' })] }, 's'), 'S · s');
  assert.equal(labelOf(MATCHING, 'A1'), 'A1');
});

test('interpreters who know both languages come first', () => {
  assert.deepEqual(interpretersFor(MATCHING, placement({})).map(({ id }) => id), ['j', 'i']);
});
