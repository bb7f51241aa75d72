import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantOf, readTime, wallOf } from '../../web_client/zoned.js';

test('what a clock shows is the moment again', () => {
  for (const zone of ['Asia/Seoul', 'Asia/Kolkata', 'America/New_York', 'UTC', 'Pacific/Auckland']) {
    for (const at of ['2026-11-23T00:30:00.000Z', '2026-03-08T12:00:00.000Z', '2026-07-01T23:45:00.000Z']) {
      assert.equal(instantOf(wallOf(at, zone), zone), at, `${zone} ${at}`);
    }
  }
  assert.deepEqual(wallOf('2026-11-23T01:00:00Z', 'Asia/Seoul'), { date: '2026-11-23', time: '10:00' });
});

test('clocks that are put forward and back', () => {
  const zone = 'America/New_York';
  assert.equal(instantOf({ date: '2026-11-01', time: '01:30' }, zone), '2026-11-01T05:30:00.000Z');
  assert.equal(instantOf({ date: '2026-03-08', time: '02:30' }, zone), '2026-03-08T07:30:00.000Z');
  assert.equal(instantOf({ date: '2026-03-08', time: '03:30' }, zone), '2026-03-08T07:30:00.000Z');
  assert.equal(instantOf({ date: '', time: '03:30' }, zone), null);
});

test('times as people type them', () => {
  assert.deepEqual(['9', '930', '9:30', '09.30', '1345', '23:59'].map(readTime), ['09:00', '09:30', '09:30', '09:30', '13:45', '23:59']);
  assert.deepEqual(['', '24:00', '9:60', 'ten', '9:3'].map(readTime), [null, null, null, null, null]);
});
