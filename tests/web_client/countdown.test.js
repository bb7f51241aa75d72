import assert from 'node:assert/strict';
import { test } from 'node:test';

import { countdown, slot } from '../../web_client/countdown.js';

test('the last second is shown as one, and nothing after it', () => {
  assert.equal(countdown(1), '00:01');
  assert.equal(countdown(0), null);
  assert.equal(countdown(-5000), null);
});

test('hours only where there are some, and no count over a day', () => {
  assert.equal(countdown(309_000), '05:09');
  assert.equal(countdown(3_909_000), '1:05:09');
  assert.equal(countdown(24 * 3_600_000), null);
});

test('a slot is said in the zone of the event', () => {
  assert.equal(slot('Asia/Seoul', 'ko', Date.parse('2026-11-23T00:00:00Z'), 30), '09:00–09:30');
  assert.equal(slot('Asia/Ho_Chi_Minh', 'vi', Date.parse('2026-11-23T16:50:00Z'), 30), '23:50–00:20');
});
