/** All keys of the desk and the interpreter's bar, beside the lines. */

import { h } from './dom.js';
import { icon } from './icons.js';

/** Keys, and what they do. @type {readonly [string, string][]} */
const KEYS = [
  ['↑ ↓ ← → · k j h l', 'keys.move'],
  ['Enter', 'keys.correct'],
  ['Ctrl+Enter', 'keys.term'],
  ['T · U', 'keys.counterpart'],
  ['Ctrl+Z · Ctrl+Shift+Z', 'keys.undo'],
  ['R', 'keys.replace'],
  ['G', 'keys.glossary'],
  ['N', 'keys.hold'],
  ['Space · Y', 'keys.confirm'],
  ['W', 'keys.write'],
  ['M', 'keys.machine'],
  ['Shift+1 … 5 · X', 'keys.wish'],
  ['P', 'keys.partner'],
  ['I · 1 2 3 · A · S · C · O', 'keys.air'],
  ['Esc', 'keys.escape'],
];

export class KeyHelp {
  /** @param {() => void} onClose */
  constructor(onClose) {
    const close = h('button', { type: 'button', class: 'quiet icon-only', 'data-action': 'close-keys', 'data-t-label': 'keys.close', onclick: onClose }, icon('close'));
    this.#close = close;
    this.element = h('aside', { class: 'desk-panel', 'data-t-label': 'keys.title', hidden: true },
      h('header', { class: 'panel-head' }, h('h2', { 'data-t': 'keys.title' }), close),
      h('dl', { class: 'key-list' }, ...KEYS.flatMap(([keys, does]) => [h('dt', {}, ...signs(keys)), h('dd', { 'data-t': does })])));
    this.element.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Escape' || event.key === '?') onClose();
    });
  }

  #close;

  get open() {
    return !this.element.hidden;
  }

  /** @param {boolean} open */
  toggle(open) {
    this.element.hidden = !open;
    if (open) this.#close.focus();
  }
}

/** @param {string} keys @returns {Node[]} */
function signs(keys) {
  return keys.split(/([ ·…]+)/u).map((part) => (/^[ ·…]+$/u.test(part) ? document.createTextNode(part) : h('kbd', {}, part)));
}
