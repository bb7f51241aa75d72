/** A level meter: a row of lamps, as on a recorder. */

import { h } from './dom.js';

const LAMPS = 14;

/** @returns {{element: HTMLElement, show: (level: number) => void}} */
export function levelMeter() {
  const lamps = Array.from({ length: LAMPS }, () => h('i'));
  const element = h('span', { class: 'meter', 'aria-hidden': 'true' }, ...lamps);
  let lit = 0;
  return {
    element,
    show(level) {
      const wanted = Math.round(level * LAMPS);
      if (wanted === lit) return;
      lamps.forEach((lamp, at) => lamp.classList.toggle('lit', at < wanted));
      lit = wanted;
    },
  };
}
