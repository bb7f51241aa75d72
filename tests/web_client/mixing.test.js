import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approach, gains, Voice, watched } from '../../web_client/mixing.js';

const person = (id, role, speaks, reads = speaks) => ({ id, role, speaks, reads, present: true });
const people = [person('s', 'seller', 'ko'), person('b', 'buyer', 'zh-Hans'), person('kim', 'interpreter', 'ko', 'zh-Hans'), person('park', 'interpreter', 'ko', 'zh-Hans')];
const seat = (who, into, more = {}) => ({ person: who, into, air: true, channels: into ? [into] : [], together: false, connected: true, ...more });
const scene = ({ channel = 'zh-Hans', listening = 'both', speaking = ['kim'], mode = 'simultaneous', seats = [seat('kim', 'zh-Hans'), seat('park', 'zh-Hans', { air: false })] } = {}) =>
  ({ people, channel, listening, speaking: new Set(speaking), interpretation: { mode, turn: 'speakers', seats, handovers: [] } });
const heard = (values) => Object.fromEntries([...gains(scene(values))].map(([id, gain]) => [id, Math.round(gain * 1000) / 1000]));
const DUCKED = 0.178; // 10 ** (-15 / 20)

test('listeners of the channel hear the interpreter, and the original 15 dB down while the interpreter speaks', () => {
  assert.deepEqual(heard(), { s: DUCKED, b: 1, kim: 1, park: 0 });
  assert.deepEqual(heard({ speaking: [] }), { s: 1, b: 1, kim: 1, park: 0 });
  assert.deepEqual(heard({ channel: 'zh-Hant' }), { s: DUCKED, b: 1, kim: 1, park: 0 });
});

test('listeners of other languages hear the original and no interpreter over it', () => {
  assert.deepEqual(heard({ channel: 'ko' }), { s: 1, b: 1, kim: 0, park: 0 });
  assert.deepEqual(heard({ channel: 'en' }), { s: 1, b: 1, kim: 0, park: 0 });
});

test('each listener chooses', () => {
  assert.deepEqual(heard({ listening: 'interpretation', speaking: [] }), { s: 0, b: 1, kim: 1, park: 0 });
  assert.deepEqual(heard({ listening: 'original' }), { s: 1, b: 1, kim: 0, park: 0 });
});

test('interpreter only: the original stays off while the interpreter speaks the other way, and is back when nobody interprets', () => {
  const seats = [seat('kim', 'ko', { channels: ['zh-Hans', 'ko'] })];
  assert.equal(heard({ listening: 'interpretation', seats }).s, 0);
  assert.equal(heard({ listening: 'interpretation', seats: [seat('kim', 'ko')] }).s, 1);
  assert.equal(heard({ listening: 'interpretation', seats: [seat('kim', 'zh-Hans', { air: false })] }).s, 1);
});

test('a voice on another channel makes nothing quieter', () => {
  const seats = [seat('kim', 'ko'), seat('park', 'zh-Hans')];
  assert.deepEqual(heard({ seats, speaking: ['kim'] }), { s: 1, b: 1, kim: 0, park: 1 });
  assert.deepEqual(watched(scene({ seats })), ['park']);
  assert.deepEqual(watched(scene({ seats, listening: 'original' })), []);
});

test('an interpreter who speaks to everybody, and everybody in turns, is heard by all at full loudness', () => {
  assert.deepEqual(heard({ seats: [] }), { s: 1, b: 1, kim: 1, park: 1 });
  const seats = [seat('kim', 'zh-Hans')];
  for (const listening of ['both', 'interpretation', 'original']) {
    assert.deepEqual(heard({ seats, mode: 'consecutive', listening }), { s: 1, b: 1, kim: 1, park: 1 });
    assert.deepEqual(heard({ seats, mode: 'consecutive', listening, channel: 'ko' }), { s: 1, b: 1, kim: 1, park: 1 });
  }
});

test('loudness goes down in a tenth of a second and comes back in under half a second, in even steps', () => {
  const run = (gain, target) => {
    const passed = [gain];
    while (passed.at(-1) !== target && passed.length < 200) passed.push(approach(passed.at(-1), target, 10));
    return passed;
  };
  const down = run(1, 10 ** (-15 / 20));
  assert.equal(down.length - 1, 10);
  const up = run(10 ** (-15 / 20), 1);
  assert.equal(up.length - 1, 38);
  for (const path of [down, up, run(1, 0), run(0, 1)]) {
    for (let at = 1; at < path.length; at += 1) {
      const [before, after] = [path[at - 1], path[at]];
      if (before > 0.002 && after > 0.002) assert.ok(Math.abs(20 * Math.log10(after / before)) < 3.1);
    }
  }
  assert.equal(run(1, 0).at(-1), 0);
  const appears = run(0, 1);
  assert.equal(appears.at(-1), 1);
  assert.equal(appears.findIndex((gain) => gain >= DUCKED), 16);
  assert.equal(approach(1, 1, 10), 1);
});

test('a click is no voice, and breath between sentences is no end of one', () => {
  const voice = new Voice();
  let nowMs = 5000;
  const feed = (db, count) => Array.from({ length: count }, () => voice.add(db, 30, (nowMs += 30)));
  assert.deepEqual(feed(-10, 1), [false]);
  assert.deepEqual(feed(-60, 40), Array(40).fill(false));
  assert.deepEqual(feed(-20, 3), [false, true, true]);
  assert.ok(feed(-60, 39).every(Boolean)); // 1,170 ms
  assert.deepEqual(feed(-60, 2), [false, false]);
});
