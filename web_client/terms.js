/** A room's terms as data: how each is written in a language, and which term a correction speaks of. No DOM. */

import { primary } from './captions.js';

/** @import {Term} from './protocol.js' */

/** @type {[RegExp, string[]][]} scripts, and the languages written in them */
const SCRIPTS = [
  [/\p{Script=Hangul}/u, ['ko']],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, ['ja']],
  [/\p{Script=Han}/u, ['zh', 'yue', 'ja']],
  [/\p{Script=Cyrillic}/u, ['ru', 'uk', 'be', 'bg', 'sr', 'mk', 'mn', 'kk', 'ky', 'tg']],
  [/\p{Script=Thai}/u, ['th']],
  [/\p{Script=Arabic}/u, ['ar', 'fa', 'ur']],
];
const UNSPACED = ['zh', 'ja', 'yue', 'th'];
/** Chinese signs that are words of their own. */
const PARTICLES = '一二三两几多少种个件台套瓶箱吨家位名份次点天年月日元的了是在和与有我你您他她它们这那个之为把对从到向用请能吗呢吧啊很都也不没要会可以就还再只每及或给被让';
/** What a correction changes may be so long to be a term. */
const MAX_CHARS = 40;
const MAX_WORDS = 4;

/** Whether a text is a name or a code in Latin letters. @param {string} text */
function isName(text) {
  return /[\p{Lu}\d]/u.test(text) && !SCRIPTS.some(([script]) => script.test(text));
}

/** @param {string} text @param {string} language */
function mayBe(text, language) {
  if (isName(text)) return true;
  const scripts = SCRIPTS.filter(([script]) => script.test(text));
  return scripts.length > 0 ? scripts.every(([, languages]) => languages.includes(language)) : !SCRIPTS.some(([, languages]) => languages.includes(language));
}

/**
 * How a term is written in a language; empty where nobody has said so. As the server's `Term.said_in`, names apart.
 * @param {Pick<Term, 'term' | 'translations'>} term
 * @param {string} lang
 */
export function formIn({ term, translations }, lang) {
  const close = Object.keys(translations).find((tag) => primary(tag) === primary(lang));
  const said = translations[lang] ?? (close === undefined ? undefined : translations[close]);
  if (said !== undefined) return said;
  return mayBe(term, primary(lang)) ? term : '';
}

/** What makes two spellings the same term. @param {string} text */
export function keyOf(text) {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
}

/** @param {string} text @param {string} lang @returns {string[]} */
function wordsOf(text, lang) {
  if (!UNSPACED.includes(primary(lang))) return text.split(/\s+/u).filter(Boolean);
  if (!('Segmenter' in Intl)) return Array.from(text);
  return [...new Intl.Segmenter(primary(lang), { granularity: 'word' }).segment(text)].map(({ segment }) => segment);
}

/**
 * The words of `after` that are not in `before`, the longest stretch of them, with what stood in their place.
 * @param {string} before
 * @param {string} after
 * @param {string} lang
 * @returns {{before: string, after: string} | null} null where that is nothing, or too much for a term
 */
export function changedPart(before, after, lang) {
  const [old, now] = [wordsOf(before, lang), wordsOf(after, lang)];
  const stretches = differences(old, now).filter(({ to, from }) => to > from);
  const joint = UNSPACED.includes(primary(lang)) ? '' : ' ';
  const parts = stretches.map(({ from, to, oldFrom, oldTo }) => {
    const back = joint === '' && isPiece(now[from - 1]) ? 1 : 0;
    const on = joint === '' && isPiece(now[to]) ? 1 : 0;
    return {
      before: bare(old.slice(oldFrom - back, oldTo + on).join(joint), lang),
      after: bare(now.slice(from - back, to + on).join(joint), lang),
      words: to - from,
    };
  });
  const longest = parts.sort((one, other) => other.after.length - one.after.length)[0];
  if (!longest?.after || longest.after === longest.before) return null;
  // Most of a line said anew is another sentence.
  const anew = stretches.reduce((sum, { from, to }) => sum + now.slice(from, to).join(joint).length, 0);
  const most = anew * 3 > after.length * 2 && after.length > (joint === '' ? 8 : 20);
  if (most || longest.after.length > MAX_CHARS || (joint === ' ' && longest.words > MAX_WORDS)) return null;
  return { before: longest.before, after: longest.after };
}

/** Names that no dictionary has come apart into single signs. @param {string | undefined} word */
function isPiece(word) {
  return word !== undefined && /^\p{Script=Han}$/u.test(word) && !PARTICLES.includes(word);
}

/**
 * Stretches of words that differ, by the longest common subsequence.
 * @param {string[]} old
 * @param {string[]} now
 */
function differences(old, now) {
  const lengths = Array.from({ length: old.length + 1 }, () => new Array(now.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const row = /** @type {number[]} */ (lengths[i]);
      const next = /** @type {number[]} */ (lengths[i + 1]);
      row[j] = old[i] === now[j] ? (next[j + 1] ?? 0) + 1 : Math.max(next[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  const found = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [oldFrom, from] = [i, j];
    while ((i < old.length || j < now.length) && !(i < old.length && j < now.length && old[i] === now[j])) {
      if (j >= now.length || (i < old.length && (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))) i += 1;
      else j += 1;
    }
    if (i > oldFrom || j > from) found.push({ oldFrom, oldTo: i, from, to: j });
    i += 1;
    j += 1;
  }
  return found;
}

/** Without marks around it, and in Korean without the particle behind it. @param {string} text @param {string} lang */
export function bare(text, lang) {
  const plain = text.replace(/^[\p{P}\s]+|[\p{P}\s]+$/gu, '');
  return primary(lang) === 'ko' ? withoutParticle(plain) : plain;
}

/** After a consonant, after a vowel, after either. */
const AFTER_CONSONANT = ['이라고', '이라는', '이에요', '이랑', '이나', '으로', '은', '을', '이', '과'];
const AFTER_VOWEL = ['라고', '라는', '예요', '랑', '로', '는', '를', '가', '와'];
const AFTER_ANY = ['입니다만', '입니다', '입니까', '인데요', '인데', '인가요', '에서는', '에서도', '에서', '에게', '까지', '부터', '보다', '처럼', '마다', '만큼', '이고', '이며', '에는', '에도', '에', '의', '도', '만'];

/** @param {string} text */
function withoutParticle(text) {
  const fits = [...AFTER_ANY, ...AFTER_CONSONANT, ...AFTER_VOWEL].sort((one, other) => other.length - one.length);
  for (const particle of fits) {
    const noun = text.slice(0, -particle.length);
    if (!text.endsWith(particle) || Array.from(noun).length < 2 || /\s$/u.test(noun)) continue;
    const sound = finalOf(noun);
    const after = particle === '로' && sound === 'rieul' ? 'vowel' : sound;
    const wanted = AFTER_CONSONANT.includes(particle) ? 'consonant' : AFTER_VOWEL.includes(particle) ? 'vowel' : 'any';
    if (wanted === 'any' || sound === 'unknown' || wanted === (after === 'rieul' ? 'consonant' : after)) return noun;
  }
  return text;
}

/** @param {string} text */
function finalOf(text) {
  const code = text.charCodeAt(text.length - 1) - 0xac00;
  if (code < 0 || code > 11_171) return 'unknown';
  return code % 28 === 0 ? 'vowel' : code % 28 === 8 ? 'rieul' : 'consonant';
}

/**
 * The term that a corrected part becomes. Where the line's other language has a term that lacks this one, or has what
 * was corrected for it, that term is completed; otherwise it is a new one.
 * @param {{before: string, after: string}} part
 * @param {string} lang of the corrected line
 * @param {{lang: string, text: string} | null} other the same caption in the other language
 * @param {readonly Term[]} terms
 * @returns {{term: string, translations: Record<string, string>, replaces?: string} | null} null where it is there already
 */
export function termOf(part, lang, other, terms) {
  if (terms.some((term) => keyOf(formIn(term, lang)) === keyOf(part.after))) return null;
  const known = terms.find((term) => {
    const here = formIn(term, lang);
    if (part.before && here && keyOf(here) === keyOf(part.before)) return true;
    const there = other && formIn(term, other.lang);
    return !here && there && other && keyOf(other.text).includes(keyOf(there));
  });
  if (!known) return { term: part.after, translations: { [lang]: part.after } };
  const tag = Object.keys(known.translations).find((one) => primary(one) === primary(lang)) ?? lang;
  const translations = { ...known.translations, [tag]: part.after };
  if (keyOf(known.term) === keyOf(part.before)) return { term: part.after, translations, replaces: known.term };
  return { term: known.term, translations };
}
