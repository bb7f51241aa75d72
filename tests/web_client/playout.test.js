import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Playout } from '../../web_client/playout.js';

const video = (nackCount, freezeCount = 0) => [{ type: 'inbound-rtp', kind: 'video', nackCount, freezeCount }];

test('where nothing is missing the browser decides', () => {
  const playout = new Playout();
  for (let second = 0; second < 60; second += 1) assert.equal(playout.look(video(5 + (second % 2)), second * 1000), null);
});

test('where repeats are asked for all the time pictures wait for them, longer where they still stand still', () => {
  const playout = new Playout();
  playout.look(video(0), 0);
  const first = playout.look(video(10), 1000);
  assert.ok(first >= 200);
  assert.equal(playout.look(video(20), 2000), first);
  const next = playout.look(video(30, 1), 3000);
  assert.ok(next > first);
  let last = next;
  for (let second = 4; second < 30; second += 1) last = playout.look(video(10 * second, second), second * 1000);
  assert.ok(last > next && last <= 400);
});

test('a calm while later they are shown as they come', () => {
  const playout = new Playout();
  playout.look(video(0), 0);
  assert.notEqual(playout.look(video(10), 1000), null);
  assert.notEqual(playout.look(video(10), 11_000), null);
  assert.equal(playout.look(video(10), 31_000), null);
});

test('a second is looked at together, unless less says enough', () => {
  const playout = new Playout();
  playout.look(video(0), 0);
  assert.equal(playout.look(video(2), 250), null);
  assert.notEqual(playout.look(video(4), 500), null);
  const slow = new Playout();
  slow.look(video(0), 0);
  for (let second = 1; second < 20; second += 1) assert.equal(slow.look(video(2 * second), 1000 * second), null);
});

test('a stream that began anew changes nothing', () => {
  const playout = new Playout();
  playout.look(video(0), 0);
  const target = playout.look(video(10), 1000);
  assert.equal(playout.look(video(0), 2000), target);
});
