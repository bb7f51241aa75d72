import assert from 'node:assert/strict';
import { test } from 'node:test';

import { signOf } from '../../web_client/keys.js';

test('a letter is the one of the key, whatever the layout writes', () => {
  assert.equal(signOf({ key: 'j', code: 'KeyJ' }), 'j');
  assert.equal(signOf({ key: 'ㅓ', code: 'KeyJ' }), 'j');
  assert.equal(signOf({ key: 'о', code: 'KeyJ' }), 'j');
  assert.equal(signOf({ key: '3', code: 'Digit3' }), '3');
  assert.equal(signOf({ key: 'Process', code: 'KeyG' }), 'g');
  assert.equal(signOf({ key: 'ArrowUp', code: 'ArrowUp' }), '');
});
