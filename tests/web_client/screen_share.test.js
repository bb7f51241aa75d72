import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareProblemOf } from '../../web_client/screen_share.js';

const named = (name, message = '') => Object.assign(new Error(message), { name });

test('to think better of sharing is no problem; a system that forbids it, and a failure, are', () => {
  assert.equal(shareProblemOf(named('NotAllowedError', 'Permission denied')), null);
  assert.equal(shareProblemOf(named('AbortError')), null);
  assert.equal(shareProblemOf(named('NotAllowedError', 'Permission denied by system')), 'denied');
  assert.equal(shareProblemOf(named('NotReadableError')), 'failed');
  assert.equal(shareProblemOf(undefined), 'failed');
});
