/** Moving over the desk without a mouse: arrows or h j k l between lines and languages, Enter corrects; and whatever
 *  else the desk has a key for. */

import { signOf } from '../keys.js';

/** @type {Readonly<Record<string, [number, number]>>} key → rows, columns */
const STEPS = {
  ArrowUp: [-1, 0],
  k: [-1, 0],
  ArrowDown: [1, 0],
  j: [1, 0],
  ArrowLeft: [0, -1],
  h: [0, -1],
  ArrowRight: [0, 1],
  l: [0, 1],
  Home: [-Infinity, 0],
  End: [Infinity, 0],
};

export class DeskKeys {
  /** @type {Map<string, () => void>} */ #others = new Map();
  #log;

  /** @param {HTMLElement} log */
  constructor(log) {
    this.#log = log;
    log.addEventListener('keydown', (event) => this.#key(event));
    // From anywhere on the page, unless one is typing or choosing something.
    document.addEventListener('keydown', (event) => {
      if (log.isConnected && (event.target === document.body || event.target === null)) this.#key(event);
    });
    log.addEventListener('focusin', () => this.refresh());
  }

  /** @param {string} key @param {() => void} act */
  on(key, act) {
    this.#others.set(key, act);
  }

  /** Back to the lines, where Tab would stop. */
  resume() {
    /** @type {HTMLElement | null} */ (this.#log.querySelector('.cell-edit[tabindex="0"]'))?.focus();
  }

  /** Whether one is on a line that is not the newest. */
  get away() {
    const cells = this.#cells(this.#column);
    const at = cells.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    return at >= 0 && at < cells.length - 1;
  }

  /** One stop for Tab: where one is, or else the newest line. */
  refresh() {
    const focused = this.#focused;
    const stop = focused ?? this.#cells(this.#column).at(-1) ?? this.#cells(1 - this.#column).at(-1);
    for (const button of this.#log.querySelectorAll('.cell-edit')) {
      /** @type {HTMLElement} */ (button).tabIndex = button === stop ? 0 : -1;
    }
  }

  /** @returns {HTMLElement | null} */
  get #focused() {
    const active = document.activeElement;
    return active instanceof HTMLElement && active.matches('.cell-edit') && this.#log.contains(active) ? active : null;
  }

  get #column() {
    return Number(this.#focused?.dataset['column'] ?? 0);
  }

  /** @param {number} column @returns {HTMLButtonElement[]} those that can be corrected, oldest first */
  #cells(column) {
    return [...this.#log.querySelectorAll(`.cell-edit[data-column="${column}"]:not(:disabled):not([hidden])`)].map(
      (button) => /** @type {HTMLButtonElement} */ (button),
    );
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const key = STEPS[event.key] ? event.key : signOf(event);
    const act = this.#others.get(key);
    if (act) {
      event.preventDefault();
      act();
      return;
    }
    const step = STEPS[key];
    if (!step) return;
    const [rows, columns] = step;
    const focused = this.#focused;
    const column = Math.min(1, Math.max(0, this.#column + columns));
    const cells = this.#cells(column);
    const row = focused?.closest('.desk-row');
    const at = cells.findIndex((cell) => cell.closest('.desk-row') === row);
    const wanted = focused && at >= 0 ? cells[Math.min(cells.length - 1, Math.max(0, at + rows))] : cells.at(-1);
    if (!wanted) return;
    event.preventDefault();
    wanted.focus();
    wanted.closest('.desk-row')?.scrollIntoView({ block: 'nearest' });
  }
}
