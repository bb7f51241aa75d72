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
  /** @type {(redo: boolean) => void} */ #undo = () => {};
  /** @type {(at: number) => void} */ #digit = () => {};
  /** @type {(id: string) => void} */ #confirm = () => {};
  #log;

  /** @param {HTMLElement} log */
  constructor(log) {
    this.#log = log;
    log.addEventListener('keydown', (event) => this.#key(event));
    // From anywhere on the page, unless one is typing or choosing something; on a button only what it has no use for.
    document.addEventListener('keydown', (event) => {
      if (!log.isConnected || log.contains(/** @type {Node | null} */ (event.target))) return;
      if (event.target === document.body || event.target === null) this.#key(event);
      else if (event.target instanceof HTMLElement && event.target.matches('.desk button')) this.#act(event);
    });
    log.addEventListener('focusin', () => this.refresh());
  }

  /** @param {string} key @param {() => void} act */
  on(key, act) {
    this.#others.set(key, act);
  }

  /** Control and Z, with Shift (or Y) forth again. @param {(redo: boolean) => void} act */
  onUndo(act) {
    this.#undo = act;
  }

  /** Shift and a digit. @param {(at: number) => void} act from 0 */
  onDigit(act) {
    this.#digit = act;
  }

  /** The space bar on a line of which something waits. @param {(id: string) => void} act */
  onConfirm(act) {
    this.#confirm = act;
  }

  /** The line that one is on. */
  get caption() {
    const row = this.#focused?.closest('.desk-row');
    if (!(row instanceof HTMLElement)) return null;
    const speaker = row.dataset['row']?.split('-').at(-2) ?? '';
    return { id: row.dataset['row'] ?? '', speaker, lang: this.#focused?.dataset['lang'] ?? '' };
  }

  /** @param {string} id of a caption */
  goTo(id) {
    const row = this.#log.querySelector(`[data-row="${CSS.escape(id)}"]`);
    const cell = row?.querySelector(`.cell-edit[data-column="${this.#column}"]:not(:disabled):not([hidden])`);
    if (!(cell instanceof HTMLElement)) return;
    cell.focus();
    row?.scrollIntoView({ block: 'nearest' });
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

  /** Whatever moves nothing. @param {KeyboardEvent} event @returns {boolean} whether there was anything to do */
  #act(event) {
    if (event.isComposing || event.altKey) return false;
    const sign = signOf(event);
    const digit = /^Digit[1-9]$/.test(event.code) && event.shiftKey ? Number(event.code.slice(5)) - 1 : -1;
    const chord = event.ctrlKey || event.metaKey;
    const other = this.#others.get(event.key === '?' ? '?' : sign);
    /** @type {(() => void) | undefined} */
    const act = chord
      ? sign === 'z' || sign === 'y' ? () => this.#undo(sign === 'y' || event.shiftKey) : undefined
      : digit >= 0 ? () => this.#digit(digit) : event.repeat ? undefined : other;
    if (!act) return false;
    event.preventDefault();
    act();
    return true;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.#act(event)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const waiting = this.#focused?.closest('.desk-row[data-held]');
    if (event.key === ' ' && waiting instanceof HTMLElement) {
      event.preventDefault();
      this.#confirm(waiting.dataset['row'] ?? '');
      return;
    }
    const key = STEPS[event.key] ? event.key : signOf(event);
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
