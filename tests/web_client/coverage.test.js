import assert from 'node:assert/strict';
import { test } from 'node:test';
import { untranslated, unheard } from '../../web_client/coverage.js';
import { start } from '../../web_client/state.js';

const person = (id, role, speaks, reads = speaks) => ({ id, role, name: id, company: '', speaks, reads, present: true, microphone: false, camera: false, screen: false });
const route = (source, target) => ({ source, target, via: [], engine: 'argos' });
const room = (you, people, languages, routes) => ({
  ...start, you, people, transcription: { state: 'ready', demo: true, languages, routes },
});
const suwon = [person('p1', 'seller', 'ko'), person('p2', 'buyer', 'vi'), person('p3', 'interpreter', 'ko', 'vi'), person('p4', 'venue', 'ru')];
const demo = ['en', 'zh', 'ko'];

test('a language that is spoken here and not recognised is told, once', () => {
  const state = room('p1', [...suwon, person('p5', 'buyer', 'vi')], demo, []);
  assert.deepEqual(unheard(state), ['vi']);
  assert.deepEqual(unheard(room('p1', suwon, [...demo, 'vi'], [])), []);
});

test('nobody speaks from the hall’s screen', () => {
  assert.ok(!unheard(room('p1', suwon, demo, [])).includes('ru'));
});

test('scripts of one language count as one', () => {
  const people = [person('p1', 'seller', 'zh-Hans'), person('p2', 'buyer', 'en', 'zh-Hant')];
  assert.deepEqual(unheard(room('p1', people, demo, [])), []);
  assert.deepEqual(untranslated(room('p2', people, demo, [route('en', 'zh')])), []);
});

test('what I cannot read is what is heard and has no route into my language', () => {
  assert.deepEqual(untranslated(room('p2', suwon, demo, [route('ko', 'en')])), ['ko']);
  assert.deepEqual(untranslated(room('p2', suwon, demo, [route('ko', 'vi')])), []);
  assert.deepEqual(untranslated(room('p2', suwon, ['zh'], [])), [], 'what is not heard has no captions to translate');
  assert.deepEqual(untranslated(room('p1', suwon, [...demo, 'vi'], [route('ko', 'vi')])), ['vi']);
});

test('nothing is claimed before the models are known', () => {
  const state = { ...room('p2', suwon, [], []), transcription: start.transcription };
  assert.deepEqual([unheard(state), untranslated(state)], [[], []]);
});
