import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hearing, meterLevel, peakDb } from '../../web_client/level.js';

test('a microphone that delivers digital silence is never called working', () => {
  const hearing = new Hearing();
  for (let at = 0; at < 1000; at += 1) hearing.add(peakDb([0, 0, 0]), 50);
  assert.equal(hearing.heard, false);
});

test('the hiss of a room is no voice', () => {
  const hearing = new Hearing();
  for (let at = 0; at < 1000; at += 1) hearing.add(peakDb([0.002, -0.003]), 50);
  assert.equal(hearing.heard, false);
});

test('a click is no voice, a word is', () => {
  const hearing = new Hearing();
  hearing.add(peakDb([0.5]), 50);
  assert.equal(hearing.heard, false);
  for (let at = 0; at < 4; at += 1) hearing.add(peakDb([0.1, -0.2]), 50);
  assert.equal(hearing.heard, true);
});

test('the meter shows nothing at its floor and all at full scale', () => {
  assert.equal(meterLevel(peakDb([])), 0);
  assert.equal(meterLevel(-60), 0);
  assert.equal(meterLevel(peakDb([-1])), 1);
  assert.ok(meterLevel(-30) > 0.4 && meterLevel(-30) < 0.6);
});
