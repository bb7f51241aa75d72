import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reception } from '../../web_client/reception.js';

const video = (id, freezeCount, totalFreezesDuration) => ({ type: 'inbound-rtp', id, freezeCount, totalFreezesDuration });
const voice = (id, concealedSamples, silentConcealedSamples, totalSamplesReceived) =>
  ({ type: 'inbound-rtp', id, concealedSamples, silentConcealedSamples, totalSamplesReceived });
const pair = (currentRoundTripTime, values = {}) => ({ type: 'candidate-pair', id: 'cp', nominated: true, state: 'succeeded', currentRoundTripTime, ...values });

test('a report counts what is new since the last look, of all streams', () => {
  const reception = new Reception();
  assert.equal(reception.look([video('v1', 3, 2), voice('a1', 500, 0, 48_000)], 1_000), null);
  assert.deepEqual(reception.look([video('v1', 5, 3.5), voice('a1', 2_900, 0, 288_000), video('v2', 9, 9)], 6_000), {
    type: 'reception', interval_ms: 5_000, freezes: 2, frozen_ms: 1_500, concealed: 0.01,
  });
});

test('silence is no gap, and a stream that begins anew counts from there', () => {
  const reception = new Reception();
  reception.look([voice('a1', 1_000, 0, 480_000)], 1_000);
  const report = reception.look([voice('a1', 25_000, 24_000, 720_000)], 6_000);
  assert.equal(report.concealed, 0);
  assert.equal(reception.look([voice('a1', 100, 0, 4_800)], 11_000).concealed, 0);
});

test('the round trip is that of the pair in use', () => {
  const reception = new Reception();
  reception.look([video('v1', 0, 0)], 1_000);
  const stats = [video('v1', 0, 0), pair(0.25), pair(0.081), pair(0.001, { nominated: false }), pair(undefined)];
  assert.equal(reception.look(stats, 6_000).round_trip_ms, 81);
  assert.ok(!('round_trip_ms' in reception.look([video('v1', 0, 0)], 11_000)));
});

test('where nothing is received, or the page slept, there is nothing to say', () => {
  const reception = new Reception();
  reception.look([], 1_000);
  assert.equal(reception.look([], 6_000), null);
  reception.look([video('v1', 0, 0)], 11_000);
  assert.equal(reception.look([video('v1', 5, 5)], 61_000), null);
});

test('browsers that do not count freezes report none', () => {
  const reception = new Reception();
  reception.look([{ type: 'inbound-rtp', id: 'v1' }], 1_000);
  assert.deepEqual(reception.look([{ type: 'inbound-rtp', id: 'v1' }], 6_000), { type: 'reception', interval_ms: 5_000, freezes: 0, frozen_ms: 0, concealed: 0 });
});
