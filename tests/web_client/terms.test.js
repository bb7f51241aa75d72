import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bare, changedPart, formIn, keyOf, termOf } from '../../web_client/terms.js';

const coating = { term: '코팅제', translations: { 'zh-Hans': '涂层剂' }, scope: 'room' };

test('a term is written in the languages it has, and in the one it is', () => {
  assert.equal(formIn(coating, 'zh-Hant'), '涂层剂');
  assert.equal(formIn(coating, 'ko'), '코팅제');
  assert.equal(formIn(coating, 'en'), '');
  assert.equal(formIn({ term: 'GK-350', translations: {} }, 'zh-Hans'), 'GK-350');
  assert.equal(formIn({ term: 'primer', translations: { ko: '프라이머' } }, 'zh-Hans'), '');
  assert.equal(formIn({ term: 'primer', translations: { ko: '프라이머' } }, 'en'), 'primer');
});

test('capitals, widths and spaces make no other term', () => {
  assert.equal(keyOf('ＧＫ－３５０ '), keyOf('gk-350'));
  assert.equal(keyOf('나노 실드'), keyOf('나노실드'));
});

for (const [before, after, lang, was, is] of [
  ['두 가지 약풍이 있습니다.', '두 가지 약품이 있습니다.', 'ko', '약풍', '약품'],
  ['나노 쉴드의 가격은요?', '나노실드의 가격은요?', 'ko', '나노 쉴드', '나노실드'],
  ['이것은 지케이 삼백오십입니다.', '이것은 GK-350입니다.', 'ko', '지케이 삼백오십', 'GK-350'],
  ['저희는 에코 글래스와 일합니다', '저희는 에코글라스와 일합니다', 'ko', '에코 글래스', '에코글라스'],
  ['有两种药风。', '有两种药剂。', 'zh-Hans', '药风', '药剂'],
  ['我们生产那诺盾。', '我们生产纳米盾。', 'zh-Hans', '那诺盾', '纳米盾'],
  ['We make nano shielded.', 'We make NanoShield.', 'en', 'nano shielded', 'NanoShield'],
  ['Chúng tôi làm lõi lọc.', 'Chúng tôi làm màng lọc.', 'vi', 'lõi', 'màng'],
]) {
  test(`what was corrected in “${after}”`, () => {
    const part = changedPart(before, after, lang);
    assert.equal(part?.after, is);
    if (lang !== 'zh-Hans') assert.equal(part?.before, was);
  });
}

test('nothing, a deletion and half a line are no term', () => {
  assert.equal(changedPart('같은 말', '같은 말', 'ko'), null);
  assert.equal(changedPart('그 약품이', '약품이', 'ko'), null);
  assert.equal(changedPart('a b c', 'one two three four five', 'en'), null);
  assert.equal(changedPart('좋다.', '좋다!', 'ko'), null);
  assert.equal(changedPart('那是一个很好的问题', '纳米盾的价格是多少呢', 'zh-Hans'), null);
});

for (const [text, noun] of [
  ['코팅제는', '코팅제'], ['교반을', '교반'], ['교반기', '교반기'], ['서울로', '서울'], ['부산으로', '부산'], ['나노실드입니다.', '나노실드'],
  ['회의', '회의'], ['바이어', '바이어'], ['프라이머로', '프라이머'], ['GK-350은', 'GK-350'], ['코팅제에서는', '코팅제'], ['“교반”', '교반'],
]) {
  test(`${text} without its particle`, () => assert.equal(bare(text, 'ko'), noun));
}

test('a correction makes a new term, completes one, or mends one', () => {
  const other = { lang: 'zh-Hans', text: '有两种涂层剂。' };
  assert.deepEqual(termOf({ before: '약풍', after: '약품' }, 'ko', other, []), { term: '약품', translations: { ko: '약품' } });
  assert.equal(termOf({ before: '코팅재', after: '코팅제' }, 'ko', other, [coating]), null);
  const half = { term: '纳米盾', translations: { 'zh-Hans': '纳米盾' }, scope: 'room' };
  assert.deepEqual(termOf({ before: '나노 쉴드', after: '나노실드' }, 'ko', { lang: 'zh-Hans', text: '纳米盾的价格' }, [half]), {
    term: '纳米盾', translations: { 'zh-Hans': '纳米盾', ko: '나노실드' },
  });
  assert.deepEqual(termOf({ before: '涂层剂', after: '涂料' }, 'zh-Hans', { lang: 'ko', text: '코팅제' }, [coating]), {
    term: '코팅제', translations: { 'zh-Hans': '涂料' },
  });
  assert.deepEqual(termOf({ before: '코팅제', after: '도장제' }, 'ko', other, [coating]), {
    term: '도장제', translations: { 'zh-Hans': '涂层剂', ko: '도장제' }, replaces: '코팅제',
  });
});
