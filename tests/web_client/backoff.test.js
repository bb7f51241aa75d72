import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIRST_MS, LONGEST_MS, backoffMs } from '../../web_client/backoff.js';

test('waits grow to a bound and never reach it before its time', () => {
  const longest = Array.from({ length: 12 }, (_, attempt) => backoffMs(attempt, () => 1));
  assert.deepEqual(longest, [...longest].sort((one, other) => one - other));
  assert.equal(longest[0], FIRST_MS);
  assert.equal(longest.at(-1), LONGEST_MS);
});

test('pages that lost the same server come back spread over half of the wait', () => {
  assert.equal(backoffMs(3, () => 0), backoffMs(3, () => 1) / 2);
});

test('a server that is away for five seconds is asked again before two more have passed', () => {
  let elapsed = 0;
  let attempt = 0;
  while (elapsed < 5000) {
    elapsed += backoffMs(attempt, () => 1);
    attempt += 1;
  }
  assert.ok(elapsed < 5000 + LONGEST_MS);
});
