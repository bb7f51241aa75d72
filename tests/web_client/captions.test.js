import assert from 'node:assert/strict';
import { test } from 'node:test';
import { current, hasNoRoute, lineIn, linesFor, originalLine, parts, pieces, rejoined, splitStable, withCaption, withoutCaption } from '../../web_client/captions.js';

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

test('an original is marked for every line that disagrees with it, a translation for itself', () => {
  const translations = {
    en: { text: '13 and 5', stable: 8, marks: [[0, 2]], original_marks: [[4, 6]] },
    vi: { text: '12 và 6', stable: 7, marks: [[6, 7]], original_marks: [[9, 10], [5, 7]] },
    'zh-Hans': { text: '12和5', stable: 4 },
  };
  const disagreeing = caption({ text: '가격은 12개 5원', translations });
  assert.deepEqual(originalLine(disagreeing).marks, [[4, 7], [9, 10]]);
  assert.deepEqual(lineIn(disagreeing, 'en')?.marks, [[0, 2]]);
  assert.deepEqual(lineIn(disagreeing, 'zh-Hans')?.marks, []);
  assert.deepEqual(translations.vi.original_marks, [[9, 10], [5, 7]], 'what was received stays as it is');
});

const text = (all) => all.flatMap((part) => part.pieces).join('');
const marked = (all) => all.filter((part) => part.marked).map((part) => part.pieces.join(''));

test('parts are the text, marked where the marks are, in characters and not in UTF-16 halves', () => {
  for (const [line, lang, marks, expected] of [
    ['가격은 12만 개입니다', 'ko', [[4, 9]], ['12만 개']],
    ['𠮷野家では120個です', 'ja', [[5, 9]], ['120個']],
    ['12', 'en', [[0, 2]], ['12']],
    ['1 and 2', 'en', [[0, 1], [6, 7]], ['1', '2']],
    ['short', 'en', [[3, 99]], ['rt']],
    ['none', 'en', [[40, 99]], []],
    ['', 'en', [[0, 1]], []],
  ]) {
    const found = parts(line, lang, marks);
    assert.equal(text(found), line);
    assert.deepEqual(marked(found), expected, line);
  }
});

test('marks change nothing about where a line may break', () => {
  const line = '我们要订购十二万个，交货期为十五天。';
  const breaks = (all) => {
    const places = [];
    let at = 0;
    for (const part of all) {
      part.pieces.forEach((piece, index) => {
        if (index > 0 || !part.joined) places.push(at);
        at += piece.length;
      });
    }
    return places;
  };
  const plain = breaks(parts(line, 'zh-Hans', []));
  assert.ok(plain.length > 4);
  for (let start = 0; start < line.length; start += 1) {
    assert.deepEqual(breaks(parts(line, 'zh-Hans', [[start, start + 3]])), plain);
  }
});
