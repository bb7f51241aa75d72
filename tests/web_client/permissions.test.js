import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maySend } from '../../web_client/permissions.js';

test('listeners send nothing, a hall what the organiser allows, everybody else all they have', () => {
  const of = (role, sends = 'nothing') => maySend({ role, sends });
  assert.deepEqual(of('observer'), []);
  assert.deepEqual(of('venue'), []);
  assert.deepEqual(of('venue', 'sound'), ['microphone']);
  assert.deepEqual(of('venue', 'sound_and_picture'), ['microphone', 'camera']);
  assert.deepEqual(of('venue', 'something new'), []);
  assert.deepEqual(of('observer', 'sound'), []);
  assert.deepEqual(of('seller'), ['microphone', 'camera', 'screen']);
});
