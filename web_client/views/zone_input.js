/** A time zone by its IANA name, found by typing a part of it. */

import { h } from './dom.js';

/** @param {string} name @param {string} value */
export function zoneInput(name, value) {
  if (!document.querySelector('#zones')) {
    const zones = Intl.supportedValuesOf('timeZone');
    document.body.append(h('datalist', { id: 'zones' }, ...zones.map((zone) => h('option', { value: zone }))));
  }
  return h('input', { name, value, list: 'zones', autocomplete: 'off', placeholder: 'Asia/Seoul' });
}
