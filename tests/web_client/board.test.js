import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOW, chosen, companies, counts, days, languages, reduce, sections, standing, start, weakOnes } from '../../web_client/board.js';

const people = [
  { id: 'p1', role: 'seller', name: 'Kim', company: '울산 코팅', speaks: 'ko', reads: 'ko', present: true },
  { id: 'p2', role: 'buyer', name: 'Li', company: '', speaks: 'zh-Hans', reads: 'zh-Hans', present: false },
  { id: 'p3', role: 'interpreter', name: 'Park', company: '', speaks: 'ko', reads: 'zh-Hans', present: false },
];
const room = (id, values = {}) => ({
  id, title: id, event: 'Ulsan', state: 'scheduled', starts_at: '2026-03-01T03:00:00Z', duration_min: 30, opened_at: null, ends_at: null, demo: null, people, present: 0, lag_ms: null, help: [], ...values,
});
const rooms = [
  room('late', { starts_at: '2026-03-01T05:00:00Z' }),
  room('zero'),
  room('open', { state: 'open', starts_at: '2026-03-01T04:00:00Z' }),
  room('other', { event: 'Suwon', starts_at: '2026-03-01T04:30:00Z' }),
  room('whenever', { starts_at: null, state: 'closed' }),
];
const names = (found) => found.map(({ day, event, rooms: some }) => [day === NOW, event, some.map(({ id }) => id)]);

test('what goes on comes first, then day, mission and time', () => {
  assert.deepEqual(names(sections(rooms, 'all', '')), [
    [true, '', ['open']],
    [false, 'Ulsan', ['whenever']],
    [false, 'Ulsan', ['zero', 'late']],
    [false, 'Suwon', ['other']],
  ]);
});

test('a filter shows one state, a search looks at titles, missions, people and companies', () => {
  assert.deepEqual(names(sections(rooms, 'open', '')), [[false, 'Ulsan', ['open']]]);
  assert.deepEqual(sections(rooms, 'all', 'suwon').flatMap((section) => section.rooms.map(({ id }) => id)), ['other']);
  assert.equal(sections(rooms, 'all', '코팅 li').flatMap((section) => section.rooms).length, 5);
  assert.deepEqual(sections(rooms, 'all', 'nobody'), []);
});

test('networks come apart from the rooms, and those inside that are not good are told, the worst first', () => {
  const row = (grade) => ({ grade, reasons: ['delay'], sends: [], receives: [], rtt_ms: 500, freezes: 0, frozen_ms: 0 });
  const inside = people.map((person) => ({ ...person, present: person.id !== 'p3', network: null }));
  let state = reduce({ ...start, rooms: [room('one', { people: inside }), room('two', { people: inside })] }, { type: 'board_networks', room: 'one', people: { p1: row('weak'), p2: row('bad'), p3: row('bad') } }, 0);
  const [one, two] = state.rooms;
  assert.deepEqual(weakOnes(one.people).map(({ id }) => id), ['p2', 'p1']);
  assert.deepEqual(weakOnes(two.people), []);
  state = reduce(state, { type: 'board_networks', room: 'one', people: { p1: row('good') } }, 0);
  assert.deepEqual(weakOnes(state.rooms[0].people), []);
});

test('rooms change, come and go', () => {
  let state = reduce(start, { type: 'board', rooms, workers: { media: 1, transcription: 0 }, now_at: '2026-03-01T00:00:01Z' }, Date.parse('2026-03-01T00:00:00Z'));
  assert.equal(state.clockMs, 1000);
  state = reduce(state, { type: 'board_room', room: room('zero', { state: 'open' }) }, 0);
  state = reduce(state, { type: 'board_room', room: room('new') }, 0);
  state = reduce(state, { type: 'board_room_removed', id: 'late' }, 0);
  state = reduce(state, { type: 'board_workers', workers: { media: 0, transcription: 1 } }, 0);
  assert.deepEqual(counts(state.rooms), { all: 5, scheduled: 2, open: 2, closed: 1, help: 0 });
  assert.deepEqual(state.workers, { media: 0, transcription: 1 });
});

test('parties are named by company, or else by name, and languages once', () => {
  assert.deepEqual(companies(people), ['울산 코팅', 'Li']);
  assert.deepEqual(languages(people), ['ko', 'zh-Hans']);
});

test('who is in, waiting, missing, and never came', () => {
  const [seller] = people;
  const noon = Date.parse('2026-03-01T03:00:00Z');
  const open = room('r', { state: 'open', opened_at: '2026-03-01T02:50:00Z', ends_at: '2026-03-01T03:30:00Z' });
  const absent = { ...seller, present: false, waiting: false, came_at: null, left_at: null };
  const at = (person, minutes, values = {}) => standing({ ...open, ...values }, { ...absent, ...person }, noon + minutes * 60_000);
  assert.equal(at({ present: true }, 0), 'inside');
  assert.equal(at({ waiting: true }, -5, { state: 'scheduled', opened_at: null }), 'waiting');
  assert.equal(at({ came_at: '2026-03-01T03:00:00Z' }, 5), 'left');
  assert.equal(at({}, -1), 'expected');
  assert.equal(at({}, 0), 'missing');
  assert.equal(at({}, 30), 'no_show');
  assert.equal(at({}, 5, { state: 'closed' }), 'no_show');
  assert.equal(at({}, 5, { state: 'scheduled', opened_at: null }), 'expected');
  assert.equal(at({ role: 'observer' }, 5), 'expected');
});

test('a day shows its rooms, those without a time, and whatever is open', () => {
  const other = room('tomorrow', { starts_at: '2026-03-02T03:00:00Z' });
  const all = [...rooms, other, room('long', { state: 'open', starts_at: '2026-02-27T03:00:00Z' })];
  const [day] = days([rooms[0]]);
  assert.deepEqual(chosen(all, day, '').map(({ id }) => id).sort(), ['late', 'long', 'open', 'other', 'whenever', 'zero']);
  assert.deepEqual(chosen(all, '', 'Suwon').map(({ id }) => id), ['other']);
  assert.equal(days(all).length, 3);
});
