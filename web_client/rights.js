/** What the pages offer to whoever signed in: elements with `data-needs="organiser"` are not shown to the front desk.
 *  The server decides in any case (server/rights.py). */

import { me } from './api.js';
import { setAttribute } from './views/dom.js';

/** Before anything is drawn, so that nothing comes and goes. @returns {Promise<boolean>} whether they may change events */
export async function startRights() {
  const who = await me().catch(() => null);
  setAttribute(document.documentElement, 'data-staff', who?.role ?? null);
  return mayOrganise();
}

export function mayOrganise() {
  return document.documentElement.dataset['staff'] !== 'desk';
}
