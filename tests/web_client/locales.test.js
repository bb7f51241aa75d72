import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { LOCALES, fill, negotiate } from '../../web_client/locale.js';

const CLIENT = new URL('../../web_client/', import.meta.url);
const sentences = Object.fromEntries(
  LOCALES.map((locale) => [locale, JSON.parse(readFileSync(new URL(`locales/${locale}.json`, CLIENT), 'utf8'))]),
);
const sources = readdirSync(CLIENT, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.js'))
  .map((name) => readFileSync(new URL(name, CLIENT), 'utf8'))
  .join('\n');
const places = (sentence) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
const quoted = /'((?:page|role|join|devices|stage|captions|transcript|controls|settings|status|notice|ended|desk|dialog|state|board|row|people|health|new|event|schedule|glossary|signin|error)\.[a-z_]+)'/g;
const computed = [...sources.matchAll(/`([a-z]+\.[a-z_]*)\$\{/g)].map(([, prefix]) => prefix);

test('every language has every sentence, with the same places to fill in', () => {
  for (const locale of LOCALES) {
    assert.deepEqual(Object.keys(sentences[locale]), Object.keys(sentences.en), locale);
    for (const [key, sentence] of Object.entries(sentences[locale])) {
      assert.ok(sentence.trim(), `${locale} ${key}`);
      assert.deepEqual(places(sentence), places(sentences.en[key]), `${locale} ${key}`);
    }
  }
});

test('every sentence that the pages ask for exists', () => {
  const asked = [...sources.matchAll(quoted)].map(([, key]) => key);
  assert.ok(asked.length > 80);
  const missing = asked.filter((key) => !(key in sentences.en) && !(`${key}_do` in sentences.en));
  assert.deepEqual(missing, []);
});

test('no sentence is left that nothing asks for', () => {
  const unused = Object.keys(sentences.en).filter(
    (key) => !sources.includes(`'${key}'`) && !computed.some((prefix) => key.startsWith(prefix)) && !key.endsWith('_do'),
  );
  assert.deepEqual(unused, []);
});

test('the first language of the browser that the page has is taken', () => {
  assert.equal(negotiate(['mn', 'ko-KR', 'en']), 'ko');
  assert.equal(negotiate(['zh-TW', 'en']), 'zh-Hans');
  assert.equal(negotiate(['en-GB']), 'en');
  assert.equal(negotiate(['vi-VN']), 'vi');
  assert.equal(negotiate(['fil']), 'en');
  assert.equal(negotiate([]), 'en');
});

test('values go where their names stand, and only there', () => {
  assert.equal(fill('{a} and {b}', { a: '{b}', b: 2 }), '{b} and 2');
  assert.equal(fill('{missing}', {}), '{missing}');
});
