import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pulse } from '../../web_client/pulse.js';

/** Heard every half second up to `until`. */
function heardUntil(until) {
  const pulse = new Pulse();
  for (let now = 0; now <= until; now += 500) pulse.sample(now + 1, now);
  return pulse;
}

test('while both are heard, and while neither is, nothing is given up', () => {
  const pulse = heardUntil(10_000);
  assert.equal(pulse.stopped(10_500, { openedAt: 0, heardAt: 10_400 }), false);
  assert.equal(pulse.stopped(70_000, { openedAt: 0, heardAt: 10_400 }), false, 'the network is away');
});

test('a connection that is still being made is waited for', () => {
  const pulse = new Pulse();
  pulse.sample(0, 100);
  assert.equal(pulse.stopped(60_000, { openedAt: 50_000, heardAt: 60_000 }), false);
});

test('after the socket’s return it has a moment to be heard again', () => {
  const pulse = heardUntil(10_000);
  const link = { openedAt: 15_000, heardAt: 15_000 };
  assert.equal(pulse.stopped(15_500, link), false);
  assert.equal(pulse.stopped(16_200, link), true);
  pulse.sample(99_999, 16_000);
  assert.equal(pulse.stopped(16_200, link), false, 'it was');
});

test('what the other end has forgotten is given up at once', () => {
  const pulse = heardUntil(10_000);
  assert.equal(pulse.stopped(30_000, { openedAt: 29_900, heardAt: 29_900 }), true);
});

test('a socket that works all the time proves it after some seconds', () => {
  const pulse = heardUntil(10_000);
  assert.equal(pulse.stopped(13_500, { openedAt: 0, heardAt: 13_400 }), false);
  assert.equal(pulse.stopped(14_500, { openedAt: 0, heardAt: 14_100 }), true);
});

test('a pair that was dropped takes its count with it, and that is no sign of life', () => {
  const pulse = heardUntil(10_000);
  pulse.sample(5, 12_000);
  assert.equal(pulse.stopped(14_500, { openedAt: 0, heardAt: 14_100 }), true);
  pulse.sample(6, 14_000);
  assert.equal(pulse.stopped(14_500, { openedAt: 0, heardAt: 14_100 }), false);
});
