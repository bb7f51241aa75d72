import assert from 'node:assert/strict';
import { test } from 'node:test';
import { current, hasNoRoute, lineIn, linesFor, pieces, rejoined, splitStable, withCaption, withoutCaption } from '../../web_client/captions.js';

const caption = (values = {}) => ({
  type: 'caption',
  id: 'r-p1-1',
  rev: 1,
  speaker: 'p1',
  state: 'final',
  lang: 'ko',
  text: '두 가지 약품입니다',
  stable: 3,
  translations: { 'zh-Hans': { text: '两种药剂', stable: 2 } },
  confidence: 0.9,
  flags: [],
  start_ms: 1000,
  end_ms: 2000,
  lag_ms: 500,
  by: null,
  ...values,
});

test('a newer revision replaces the caption where it stands, an older one does nothing', () => {
  const list = [caption(), caption({ id: 'r-p2-1', start_ms: 3000 })];
  const newer = withCaption(list, caption({ rev: 3, text: '새 문장' }));
  assert.deepEqual(newer.map(({ text }) => text), ['새 문장', '두 가지 약품입니다']);
  assert.equal(withCaption(newer, caption({ rev: 3, text: '같은 판' })), newer);
  assert.equal(withCaption(newer, caption({ rev: 2, text: '옛 판' })), newer);
});

test('captions stand in the order of speech, not of arrival', () => {
  const late = caption({ id: 'r-p2-1', start_ms: 500 });
  assert.deepEqual(withCaption([caption()], late).map(({ id }) => id), ['r-p2-1', 'r-p1-1']);
});

test('a partial that turned out to be nothing goes; an unknown id changes nothing', () => {
  const list = [caption()];
  assert.deepEqual(withoutCaption(list, 'r-p1-1'), []);
  assert.equal(withoutCaption(list, 'r-p9-9'), list);
});

test('after coming back, finals stay, partials of before go, corrections made meanwhile arrive', () => {
  const before = [caption(), caption({ id: 'r-p1-2', state: 'partial', start_ms: 4000 })];
  const after = rejoined(before, [caption({ rev: 2, state: 'corrected', text: '고친 문장' })]);
  assert.deepEqual(after.map(({ id, text }) => [id, text]), [['r-p1-1', '고친 문장']]);
});

test('a language is found by its exact tag, then by the language alone', () => {
  assert.equal(lineIn(caption(), 'zh-Hans')?.text, '两种药剂');
  assert.equal(lineIn(caption(), 'zh-Hant')?.lang, 'zh-Hans');
  assert.equal(lineIn(caption(), 'en'), null);
  assert.equal(lineIn(caption({ lang: 'en-GB' }), 'en')?.original, true);
});

test('a finished caption is stable whole, a partial only as far as it says', () => {
  assert.equal(lineIn(caption(), 'ko')?.stable, '두 가지 약품입니다'.length);
  assert.equal(lineIn(caption({ state: 'partial' }), 'ko')?.stable, 3);
  assert.equal(lineIn(caption({ state: 'partial' }), 'zh-Hans')?.stable, 2);
});

test('a reader sees their own language large and what was said small', () => {
  const { large, small } = linesFor(caption(), 'zh-Hans', 'ko');
  assert.equal(large?.text, '两种药剂');
  assert.equal(small?.text, '두 가지 약품입니다');
});

test('a speaker sees their own words large and what the others read small', () => {
  const three = caption({ translations: { en: { text: 'two', stable: 0 }, 'zh-Hans': { text: '两种', stable: 0 } } });
  const { large, small } = linesFor(three, 'ko', 'zh-Hans');
  assert.equal(large?.lang, 'ko');
  assert.equal(small?.lang, 'zh-Hans');
});

test('without the translation there is no large line yet', () => {
  const { large, small } = linesFor(caption({ translations: {} }), 'zh-Hans', 'ko');
  assert.equal(large, null);
  assert.equal(small?.original, true);
});

test('an untranslated beginning does not push out what is being read', () => {
  const done = caption();
  const begun = caption({ id: 'r-p1-2', state: 'partial', start_ms: 4000, translations: {} });
  assert.equal(current([done, begun], 'zh-Hans'), done);
  assert.equal(current([done, begun], 'ko'), begun);
  const never = caption({ id: 'r-p1-3', start_ms: 5000, translations: {}, flags: ['no_route:zh-Hans'] });
  assert.equal(current([done, never], 'zh-Hans'), never);
  assert.equal(current([], 'ko'), null);
});

test('a missing route is known by its language', () => {
  assert.ok(hasNoRoute(caption({ flags: ['number', 'no_route:vi'] }), 'vi'));
  assert.ok(!hasNoRoute(caption({ flags: ['no_route:vi'] }), 'en'));
});

test('stable counts characters, not UTF-16 halves', () => {
  assert.deepEqual(splitStable('𠮷野家です', 2), ['𠮷野', '家です']);
  assert.deepEqual(splitStable('짧은', 99), ['짧은', '']);
});

test('Chinese breaks between words, never before a closing mark or after an opening one', () => {
  const text = '（主剂）和固化剂按四比一混合，再用水稀释一倍即可。';
  const found = pieces(text, 'zh-Hans');
  assert.equal(found.join(''), text);
  assert.ok(found.length > 5);
  assert.ok(found.some((piece) => piece.startsWith('混合')), 'a word stays whole');
  for (const piece of found) {
    assert.doesNotMatch(piece, /^[，。）]/u);
    assert.doesNotMatch(piece, /（$/u);
  }
});

test('languages with spaces break at them and need no help', () => {
  assert.deepEqual(pieces('최소 주문 수량', 'ko'), ['최소 주문 수량']);
  assert.deepEqual(pieces('', 'zh-Hans'), []);
});
