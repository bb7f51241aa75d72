import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advised, networkOf, numbers, pictureSent, withNetwork } from '../../web_client/network.js';

const weak = { person: 'p1', grade: 'weak', reasons: ['delay'] };

test('a network is good until something else was said, and again when that is taken back', () => {
  let networks = withNetwork([], weak);
  assert.equal(networkOf(networks, 'p1').grade, 'weak');
  assert.equal(networkOf(networks, 'p2').grade, 'good');
  assert.equal(networkOf(networks, null).grade, 'good');
  networks = withNetwork(networks, { ...weak, grade: 'bad' });
  assert.deepEqual(networks, [{ ...weak, grade: 'bad' }]);
  assert.deepEqual(withNetwork(networks, { person: 'p1', grade: 'good', reasons: [] }), []);
});

test('numbers are summed in each direction, of loss the worst counts', () => {
  const row = {
    sends: [{ source: 'microphone', bps: 32_000, loss: 0.012, jitter_ms: 3 }, { source: 'camera', bps: 1_200_000, loss: 0.034, jitter_ms: 9 }],
    receives: [{ source: 'camera', bps: 0, loss: null, jitter_ms: null }],
    rtt_ms: 81.4,
    frozen_ms: 1_250,
  };
  assert.deepEqual(numbers(row), { sent: '1.23', received: '0.00', lost_sent: '3.4', lost_received: '–', jitter_sent: '3', jitter_received: '–', trip: '81', frozen: '1.3' });
  assert.equal(numbers({ ...row, rtt_ms: null }).trip, '–');
  const silent = [{ source: 'microphone', bps: 0, loss: null, jitter_ms: null }, { source: 'camera', bps: 9, loss: 0, jitter_ms: 8.6 }];
  assert.equal(numbers({ ...row, sends: silent }).jitter_sent, '9', 'without a voice the picture\'s');
});

test('advice is about the worst, and where less is received already, about what is sent', () => {
  assert.equal(advised(['delay', 'loss_sent'], 'full'), 'delay');
  assert.equal(advised([], 'full'), null);
  assert.equal(advised(['loss_received', 'loss_sent'], 'low'), 'loss_sent');
  assert.equal(advised(['loss_received'], 'audio'), null);
  assert.equal(advised(['loss_sent', 'picture_small'], 'low'), 'picture_small');
  assert.equal(advised(['loss_sent', 'picture_none'], 'full'), 'picture_none');
});

test('what is left of a picture on its way out is known', () => {
  assert.deepEqual([['loss_sent', 'picture_small'], ['picture_none'], ['delay']].map(pictureSent), ['picture_small', 'picture_none', null]);
});
