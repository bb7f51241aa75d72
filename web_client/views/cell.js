/** Controls that are changed in place: by leaving them or with Enter; Escape takes back what was typed. */

import { h } from './dom.js';

/** A list that is walked through with the arrow keys is not taken at every step (ms). */
const SETTLED_MS = 500;

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

/**
 * @template {Control} C
 * @param {C} control
 * @param {string} key by which it is found again when the page is drawn anew
 * @param {(value: string) => void} changed only with another value than before
 * @returns {C}
 */
export function inPlace(control, key, changed) {
  control.dataset.cell = key;
  let before = control.value;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let settling;
  const take = () => {
    clearTimeout(settling);
    if (control.value === before || !control.isConnected || !control.reportValidity()) return;
    before = control.value;
    control.dataset.sent = '';
    changed(control.value);
  };
  control.addEventListener('input', () => delete control.dataset.sent);
  control.addEventListener('focusout', take);
  if (control instanceof HTMLSelectElement) {
    control.addEventListener('change', () => {
      clearTimeout(settling);
      settling = setTimeout(take, SETTLED_MS);
    });
  }
  control.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent) || event.isComposing) return;
    if (event.key === 'Enter' && !(control instanceof HTMLTextAreaElement)) take();
    if (event.key === 'Escape') control.value = before;
  });
  return control;
}

/**
 * Draws anew and leaves the focus, and what is being typed, where they were.
 * @param {HTMLElement} root
 * @param {() => void} draw
 */
export function keepingFocus(root, draw) {
  const active = root.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  const key = active?.dataset.cell;
  const unsent = active instanceof HTMLInputElement && active.dataset.sent === undefined && active.value !== active.defaultValue;
  const typed = unsent ? active.value : null;
  draw();
  if (!key) return;
  const again = /** @type {HTMLElement | null} */ (root.querySelector(`[data-cell="${CSS.escape(key)}"]`));
  if (again instanceof HTMLInputElement && typed !== null) again.value = typed;
  again?.focus({ preventScroll: true });
}

/** @param {string} label sentence @param {HTMLElement} control */
export function labelled(label, control) {
  return h('label', { class: 'field' }, h('span', { 'data-t': label }), control);
}
