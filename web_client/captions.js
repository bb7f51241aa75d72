/** Captions as data: which revision counts, what a viewer reads, where a line may break. No DOM. */

/** @import {Caption, Span} from './protocol.js' */

/**
 * One language's line of a caption.
 * @typedef {object} Line
 * @property {string} lang
 * @property {string} text
 * @property {number} stable code points from the start that will not change again
 * @property {boolean} original what was said, not a translation
 * @property {readonly Span[]} marks numbers that the other language does not say, in order, none overlapping
 */

/**
 * @param {string} tag
 * @returns {string} `zh-Hans` → `zh`
 */
export function primary(tag) {
  return tag.split('-', 1)[0] ?? tag;
}

/**
 * The list with `caption` in it, by time of speech; the same list if it is not newer than what is there.
 * @param {readonly Caption[]} list
 * @param {Caption} caption
 * @returns {readonly Caption[]}
 */
export function withCaption(list, caption) {
  const shown = list.find((other) => other.id === caption.id);
  if (shown && shown.rev >= caption.rev) return list;
  if (shown) return list.map((other) => (other === shown ? caption : other));
  let place = list.length;
  for (let before = list[place - 1]; before && before.start_ms > caption.start_ms; before = list[place - 1]) place -= 1;
  return [...list.slice(0, place), caption, ...list.slice(place)];
}

/**
 * @param {readonly Caption[]} list
 * @param {string} id
 * @returns {readonly Caption[]}
 */
export function withoutCaption(list, id) {
  return list.some((caption) => caption.id === id) ? list.filter((caption) => caption.id !== id) : list;
}

/**
 * After coming back: what the server sent replaces what it speaks of; older captions stay, partials of before go.
 * @param {readonly Caption[]} list
 * @param {readonly Caption[]} sent oldest first
 * @returns {readonly Caption[]}
 */
export function rejoined(list, sent) {
  const kept = list.filter((caption) => caption.state !== 'partial');
  return sent.reduce((all, caption) => withCaption(all, caption), /** @type {readonly Caption[]} */ (kept));
}

/**
 * What a caption says in a language. Scripts and regions of one language count as the same, the exact tag first.
 * @param {Caption} caption
 * @param {string} lang
 * @returns {Line | null} null where there is no such translation (yet)
 */
export function lineIn(caption, lang) {
  if (primary(caption.lang) === primary(lang)) return originalLine(caption);
  const tag =
    lang in caption.translations
      ? lang
      : Object.keys(caption.translations).find((other) => primary(other) === primary(lang));
  const translation = tag === undefined ? undefined : caption.translations[tag];
  if (!tag || !translation || !translation.text) return null;
  return { lang: tag, text: translation.text, stable: stableOf(caption, translation), original: false, marks: merged(translation.marks ?? []) };
}

/**
 * @param {Caption} caption
 * @returns {Line}
 */
export function originalLine(caption) {
  const marks = Object.values(caption.translations).flatMap((translation) => translation.original_marks ?? []);
  return { lang: caption.lang, text: caption.text, stable: stableOf(caption, caption), original: true, marks: merged(marks) };
}

/** @param {readonly Span[]} spans @returns {Span[]} in order, those that touch as one */
function merged(spans) {
  /** @type {Span[]} */
  const result = [];
  for (const [start, end] of [...spans].sort((one, other) => one[0] - other[0])) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else if (start < end) result.push([start, end]);
  }
  return result;
}

/** A finished caption is stable whole. @param {Caption} caption @param {{text: string, stable: number}} part */
function stableOf(caption, part) {
  return caption.state === 'partial' ? part.stable : Array.from(part.text).length;
}

/**
 * The two lines of a viewer: the large one in the language read, the small one beside it: the original, or, where
 * the original is what one reads, the translation that the others are reading.
 * @param {Caption} caption
 * @param {string} reads
 * @param {string} otherReads the language that the other side reads
 * @returns {{large: Line | null, small: Line | null}} `large` is null while the translation is not there yet
 */
export function linesFor(caption, reads, otherReads) {
  const large = lineIn(caption, reads);
  if (!large) return { large: null, small: originalLine(caption) };
  if (!large.original) return { large, small: originalLine(caption) };
  const other = lineIn(caption, otherReads);
  return { large, small: other && !other.original ? other : firstTranslation(caption) };
}

/** @param {Caption} caption @returns {Line | null} */
function firstTranslation(caption) {
  const tag = Object.keys(caption.translations)[0];
  return tag === undefined ? null : lineIn(caption, tag);
}

/**
 * Whether no translation into `lang` will ever come.
 * @param {Caption} caption
 * @param {string} lang
 */
export function hasNoRoute(caption, lang) {
  return caption.flags.some((flag) => flag.startsWith('no_route:') && primary(flag.slice(9)) === primary(lang));
}

/**
 * Which caption belongs over the picture: the newest, but one that is not translated yet does not push out the one
 * being read.
 * @param {readonly Caption[]} list
 * @param {string} reads
 * @returns {Caption | null}
 */
export function current(list, reads) {
  for (let at = list.length - 1; at >= Math.max(0, list.length - 4); at -= 1) {
    const caption = list[at];
    if (caption && caption.text && (lineIn(caption, reads) || hasNoRoute(caption, reads))) return caption;
  }
  return list.at(-1) ?? null;
}

/**
 * @param {string} text
 * @param {number} count code points
 * @returns {[string, string]} the stable part and the rest
 */
export function splitStable(text, count) {
  const points = Array.from(text);
  return [points.slice(0, count).join(''), points.slice(count).join('')];
}

/** @type {Map<string, Intl.Segmenter>} */
const segmenters = new Map();

/** Never at a line's start: closing marks of CJK and Latin text. */
const CLOSING = /^[\s、。，．！？：；）」』】》〉”’％%,.!?:;)\]}…]/u;
/** Never at a line's end. */
const OPENING = /[（「『【《〈“‘([{]$/u;

/**
 * Pieces between which a line may break. Chinese and Japanese have no spaces and browsers break them anywhere, even
 * inside a word or a number with its unit; here they break between words. Other languages break at spaces already,
 * so their text is one piece.
 * @param {string} text
 * @param {string} lang
 * @returns {string[]} joined they are the text
 */
export function pieces(text, lang) {
  const language = primary(lang);
  if (!['zh', 'ja', 'yue', 'th'].includes(language) || !('Segmenter' in Intl) || !text) return text ? [text] : [];
  let segmenter = segmenters.get(language);
  if (!segmenter) {
    segmenter = new Intl.Segmenter(language, { granularity: 'word' });
    segmenters.set(language, segmenter);
  }
  /** @type {string[]} */
  const result = [];
  for (const { segment } of segmenter.segment(text)) {
    const last = result.at(-1);
    if (last !== undefined && (CLOSING.test(segment) || OPENING.test(last))) result[result.length - 1] = last + segment;
    else result.push(segment);
  }
  return result;
}

/**
 * The language that a caption was spoken in where it is not the speaker's own, by the machine's reckoning.
 * @param {Caption} caption
 * @returns {string | null}
 */
export function spokenIn(caption) {
  const flag = caption.flags.find((other) => other.startsWith('language:'));
  return flag === undefined ? null : flag.slice('language:'.length);
}

/**
 * A line in parts, marked and not, each in pieces between which it may break. A mark takes no place of its own, so
 * that the line breaks where it would without; a piece that goes on from the part before says so.
 * @param {string} text
 * @param {string} lang
 * @param {readonly Span[]} marks in order, none overlapping
 * @returns {{marked: boolean, joined: boolean, pieces: string[]}[]} joined they are the text; `joined`: no break before
 */
export function parts(text, lang, marks) {
  const edges = marks.flat();
  /** @type {{marked: boolean, joined: boolean, pieces: string[]}[]} */
  const result = [];
  let at = 0;
  let next = 0;
  for (const piece of pieces(text, lang)) {
    let rest = Array.from(piece);
    let joined = at === 0;
    while (rest.length > 0) {
      while (next < edges.length && /** @type {number} */ (edges[next]) <= at) next += 1;
      const edge = edges[next] ?? Infinity;
      const cut = rest.slice(0, edge - at);
      rest = rest.slice(cut.length);
      at += cut.length;
      const marked = next % 2 === 1;
      const last = result.at(-1);
      if (last && last.marked === marked && !joined) last.pieces.push(cut.join(''));
      else if (last && last.marked === marked) last.pieces.push((last.pieces.pop() ?? '') + cut.join(''));
      else result.push({ marked, joined, pieces: [cut.join('')] });
      joined = true;
    }
  }
  return result;
}
