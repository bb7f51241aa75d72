import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fit, placesIn } from '../../web_client/overflow.js';

const row = ['mic', 'camera', 'share', 'captions', 'leave'];
const rank = (name) => ({ share: 3, captions: 2, camera: 1 })[name] ?? 0;

test('what fits has its own place, in its order', () => {
  assert.deepEqual(fit(row, 5, rank), { shown: row, more: [] });
  assert.deepEqual(fit(row, 9, rank), { shown: row, more: [] });
});

test('"more" takes a place, so that two give way to it; what matters least goes first', () => {
  assert.deepEqual(fit(row, 4, rank), { shown: ['mic', 'camera', 'leave'], more: ['share', 'captions'] });
  assert.deepEqual(fit(row, 3, rank), { shown: ['mic', 'leave'], more: ['camera', 'share', 'captions'] });
});

test('places are counted with the gaps between them, and there are always two', () => {
  assert.equal(placesIn(374, 56, 4), 6);
  assert.equal(placesIn(356, 56, 4), 6);
  assert.equal(placesIn(355, 56, 4), 5);
  assert.equal(placesIn(10, 56, 4), 2);
});
