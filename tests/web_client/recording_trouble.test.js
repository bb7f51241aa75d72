import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { stoppedBy, trouble } from '../../web_client/recording_trouble.js';

const root = new URL('../../', import.meta.url);
const sentences = JSON.parse(readFileSync(new URL('web_client/locales/en.json', root), 'utf8'));
/** What the planes may say, from where it is written down. */
const codes = (file, line) => [...(line.exec(readFileSync(new URL(file, root), 'utf8'))?.[1] ?? '').matchAll(/\w+/g)].map(([code]) => code);
const row = { recording: 'off', recording_code: null, unmade_recording: null };

test('every reason for which recording stops has sentences of its own, on the page and in the list', () => {
  const said = codes('wire/links.py', /Why it failed: (.*)\./);
  assert.ok(said.includes('disk_full') && said.length === 4);
  for (const code of [...said, 'other']) {
    assert.ok(sentences[`recording.failed_${stoppedBy(code)}`].length > 20);
    assert.ok(sentences[trouble({ ...row, recording: 'failed', recording_code: code })].length > 60);
  }
  assert.equal(new Set(said.map(stoppedBy)).size, said.length);
});

test('a code that the page does not know yet is a fault', () => {
  assert.equal(stoppedBy('of_a_later_version'), 'other');
  assert.equal(stoppedBy(null), 'other');
});

test('every reason why there is no file has a sentence', () => {
  const said = codes('server/recording_file.py', /Unmade = Literal\[(.*)\]/);
  assert.ok(said.includes('no_packets') && said.length === 4);
  for (const code of said) assert.ok(sentences[trouble({ ...row, unmade_recording: code })].length > 60);
  assert.equal(trouble(row), null);
});

test('what happens now is said before what was', () => {
  assert.equal(trouble({ recording: 'failed', recording_code: 'disk_slow', unmade_recording: 'disk_full' }), 'recordings.stopped_disk_slow');
});
