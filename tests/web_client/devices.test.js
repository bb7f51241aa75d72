import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOf } from '../../web_client/devices.js';

const named = (name) => Object.assign(new Error(), { name });

test('every refusal of a browser becomes something to tell', () => {
  assert.equal(problemOf(named('NotAllowedError')), 'denied');
  assert.equal(problemOf(named('NotFoundError')), 'missing');
  assert.equal(problemOf(named('OverconstrainedError')), 'missing');
  assert.equal(problemOf(named('NotReadableError')), 'busy');
  assert.equal(problemOf('whatever'), 'busy');
});
