/** One line of a caption: what is stable, what may still change and which numbers disagree, breaking between words. */

import { parts, pieces, splitStable } from '../captions.js';
import { h, setAttribute } from './dom.js';

/** @import {Caption} from '../protocol.js' */
/** @import {Line} from '../captions.js' */

/**
 * Makes a paragraph show this line, with the hooks that tests and assistive technology find it by.
 * @param {HTMLElement} paragraph
 * @param {Caption} caption
 * @param {Line} line
 */
export function showLine(paragraph, caption, line) {
  setAttribute(paragraph, 'data-caption-id', caption.id);
  setAttribute(paragraph, 'data-rev', String(caption.rev));
  setAttribute(paragraph, 'data-state', caption.state);
  setAttribute(paragraph, 'data-original', line.original);
  setAttribute(paragraph, 'lang', line.lang);
  fillLine(paragraph, line);
}

/** What each element shows, so that equal lines are left alone. @type {WeakMap<HTMLElement, string>} */
const shown = new WeakMap();

/**
 * @param {HTMLElement} element
 * @param {Line} line
 */
export function fillLine(element, line) {
  const mark = `${line.stable} ${line.marks.join(' ')} ${line.lang} ${line.text}`;
  if (shown.get(element) === mark) return;
  shown.set(element, mark);
  if (line.marks.length > 0) {
    element.replaceChildren(...withMarks(line));
    return;
  }
  const [stable, unstable] = splitStable(line.text, line.stable);
  element.replaceChildren(...broken(stable, line.lang), unstable ? unstablePart(unstable, line.lang) : '');
}

/** Finished lines only: what may still change has no marks. @param {Line} line @returns {(Node | string)[]} */
function withMarks(line) {
  return parts(line.text, line.lang, line.marks).flatMap(({ marked, joined, pieces: words }) => {
    const part = h(marked ? 'mark' : 'span', marked ? { class: 'number', 'data-t-title': 'captions.number_differs' } : {});
    part.append(...spaced(words));
    return joined ? [part] : [document.createElement('wbr'), part];
  });
}

/** @param {string} text @param {string} lang */
function unstablePart(text, lang) {
  return h('span', { class: 'unstable' }, ...broken(text, lang));
}

/** @param {string} text @param {string} lang @returns {(Node | string)[]} */
function broken(text, lang) {
  return spaced(pieces(text, lang));
}

/** @param {readonly string[]} words @returns {(Node | string)[]} */
function spaced(words) {
  return words.flatMap((piece, at) => (at === 0 ? [piece] : [document.createElement('wbr'), piece]));
}
