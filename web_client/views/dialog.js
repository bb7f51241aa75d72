/** A dialog with a heading and a way out; it takes the focus and gives it back. */

import { h } from './dom.js';
import { icon } from './icons.js';

/**
 * Shows it at once; it leaves the document when it is closed.
 * @param {string} title sentence
 * @param {...(Node | null)} content
 * @returns {HTMLDialogElement}
 */
export function dialog(title, ...content) {
  const close = h('button', { type: 'button', class: 'quiet icon-only', 'data-action': 'close-dialog', 'data-t-label': 'dialog.close' }, icon('close'));
  const element = h('dialog', { 'data-t-label': title },
    h('header', { class: 'panel-head' }, h('h2', { 'data-t': title }), close), ...content);
  close.addEventListener('click', () => element.close());
  element.addEventListener('close', () => element.remove());
  // A press on the ground around it.
  element.addEventListener('mousedown', (event) => event.target === element && element.close());
  document.body.append(element);
  element.showModal();
  return element;
}
