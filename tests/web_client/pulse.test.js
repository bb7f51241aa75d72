import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pulse } from '../../web_client/pulse.js';

/** Heard every `gap` ms up to `until`. */
function heardUntil(until, gap = 250) {
  const pulse = new Pulse();
  for (let now = 0; now <= until; now += gap) pulse.sample(now + 1, now);
  return pulse;
}

test('while both are heard, and while neither is, nothing is given up', () => {
  const pulse = heardUntil(10_000);
  assert.equal(pulse.stopped(10_500, { open: true, openedAt: 0, heardAt: 10_400 }), false);
  assert.equal(pulse.stopped(70_000, { open: true, openedAt: 0, heardAt: 10_400 }), false, 'the network is away');
});

test('a connection that is still being made is waited for', () => {
  const pulse = new Pulse();
  pulse.sample(0, 100);
  const link = { open: true, openedAt: 50_000, heardAt: 50_000 };
  assert.equal(pulse.stopped(60_000, link), false);
  assert.equal(pulse.doubtful(60_000, link), false);
});

test('after the socket’s return it has a moment to be heard again', () => {
  const pulse = heardUntil(10_000);
  const link = { open: true, openedAt: 15_000, heardAt: 15_000 };
  assert.equal(pulse.stopped(15_500, link), false);
  assert.equal(pulse.stopped(16_000, link), true);
  pulse.sample(99_999, 15_900);
  assert.equal(pulse.stopped(16_000, link), false, 'it was');
});

test('what the other end has forgotten is given up at once', () => {
  const pulse = heardUntil(10_000);
  assert.equal(pulse.stopped(30_000, { open: true, openedAt: 29_900, heardAt: 29_900 }), true);
});

test('a socket that works all the time proves it after some seconds', () => {
  const pulse = heardUntil(10_000);
  assert.equal(pulse.stopped(13_500, { open: true, openedAt: 0, heardAt: 13_400 }), false);
  assert.equal(pulse.stopped(15_000, { open: true, openedAt: 0, heardAt: 14_300 }), true);
});

test('a pair that was dropped takes its count with it, and that is no sign of life', () => {
  const pulse = heardUntil(10_000);
  pulse.sample(5, 12_000);
  const link = { open: true, openedAt: 0, heardAt: 14_300 };
  assert.equal(pulse.stopped(14_500, link), true);
  pulse.sample(6, 14_000);
  assert.equal(pulse.stopped(14_500, link), false);
});

test('pictures that stop are doubted soon, but not while the socket is heard', () => {
  const pulse = heardUntil(10_000);
  assert.equal(pulse.doubtful(11_400, { open: true, openedAt: 0, heardAt: 9000 }), false);
  assert.equal(pulse.doubtful(11_800, { open: true, openedAt: 0, heardAt: 9000 }), true);
  assert.equal(pulse.doubtful(11_800, { open: true, openedAt: 0, heardAt: 11_000 }), false);
});

test('an idle connection, of which little comes, is given more time', () => {
  const pulse = heardUntil(10_000, 2500);
  const link = { open: true, openedAt: 11_000, heardAt: 11_000 };
  assert.equal(pulse.stopped(12_500, link), false);
  assert.equal(pulse.doubtful(14_000, link), false);
  assert.equal(pulse.stopped(15_000, link), true);
});
