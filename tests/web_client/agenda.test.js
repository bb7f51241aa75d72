import assert from 'node:assert/strict';
import { test } from 'node:test';

import { across, byDay, next, soon, startZone } from '../../web_client/agenda.js';

const room = (id, starts_at, more = {}) => ({
  id, title: id, state: 'scheduled', starts_at, duration_min: 30, booth: '', venue: '', url: null,
  others: [{ role: 'buyer', name: 'Li', company: '长春', speaks: 'zh-Hans', present: false }], ...more,
});

test('days are those of the zone, rooms without a time come last', () => {
  const rooms = [room('late', '2026-11-23T23:30:00Z'), room('any', null), room('early', '2026-11-23T01:00:00Z')];
  const seoul = byDay(rooms, 'Asia/Seoul').map(({ day, rooms: found }) => [day, found.map(({ id }) => id)]);
  assert.deepEqual(seoul, [['2026-11-23', ['early']], ['2026-11-24', ['late']], ['', ['any']]]);
  const newYork = byDay(rooms, 'America/New_York').map(({ day }) => day);
  assert.deepEqual(newYork, ['2026-11-22', '2026-11-23', '']);
});

test('an open room is next, then the first that is not over', () => {
  const now = Date.parse('2026-11-23T01:20:00Z');
  const rooms = [room('over', '2026-11-23T00:30:00Z'), room('now', '2026-11-23T01:00:00Z'), room('then', '2026-11-23T03:00:00Z')];
  assert.equal(next(rooms, now)?.id, 'now');
  assert.equal(next([...rooms, room('open', null, { state: 'open' })], now)?.id, 'open');
  assert.equal(next(rooms.map((each) => ({ ...each, state: 'closed' })), now), null);
});

test('whom one meets is the other side, for interpreters both', () => {
  const others = [
    { role: 'seller', name: 'Kim', company: 'Ulsan', speaks: 'ko', present: false },
    { role: 'buyer', name: '长春', company: '长春', speaks: 'zh-Hans', present: false },
    { role: 'interpreter', name: 'Park', company: '', speaks: 'ko', present: false },
  ];
  assert.equal(across(room('r', null, { others }), 'seller'), '长春');
  assert.equal(across(room('r', null, { others }), 'interpreter'), 'Ulsan · Kim / 长春');
});

test('a zone that the browser does not know gives way to its own', () => {
  assert.equal(startZone('Asia/Shanghai'), 'Asia/Shanghai');
  assert.equal(startZone('Mars/Base'), Intl.DateTimeFormat().resolvedOptions().timeZone);
});

test('soon is what begins within half an hour, and what should have begun', () => {
  const now = Date.parse('2026-11-23T01:20:00Z');
  const rooms = [room('over', '2026-11-23T00:30:00Z'), room('late', '2026-11-23T01:10:00Z'), room('next', '2026-11-23T01:50:00Z'), room('then', '2026-11-23T01:51:00Z'), room('any', null),
    room('open', '2026-11-23T01:10:00Z', { state: 'open' })];
  assert.deepEqual(soon(rooms, now).map(({ id }) => id), ['late', 'next']);
});
