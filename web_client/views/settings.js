/** How captions look, which languages one speaks and reads, which devices one uses. */

import { h } from './dom.js';
import { deviceSettings } from './device_settings.js';
import { icon } from './icons.js';
import { languageSelect } from './language_select.js';
import { recall, remember } from '../preferences.js';

/** @import {LocalMedia} from '../local_media.js' */
/** @import {PushToTalk} from '../push_to_talk.js' */

export const SIZES = /** @type {const} */ (['small', 'medium', 'large', 'huge']);
/** @typedef {typeof SIZES[number]} Size */
/** @typedef {{size: Size, original: boolean}} Look */

/** @returns {Look} as chosen before */
export function rememberedLook() {
  const size = SIZES.find((known) => known === recall('look.size')) ?? 'medium';
  return { size, original: recall('look.original', 'on') === 'on' };
}

/**
 * @param {object} options
 * @param {LocalMedia} options.media
 * @param {PushToTalk} options.talk
 * @param {string} options.speaks
 * @param {string} options.reads
 * @param {(look: Look) => void} options.onLook
 * @param {(speaks: string, reads: string) => void} options.onLanguages
 * @param {() => void} options.onClose
 * @returns {HTMLElement}
 */
export function settings({ media, talk, speaks, reads, onLook, onLanguages, onClose }) {
  const look = rememberedLook();
  const changed = () => {
    remember('look.size', look.size);
    remember('look.original', look.original ? 'on' : 'off');
    onLook(look);
  };
  const original = h('input', { type: 'checkbox', name: 'original', 'data-action': 'original' });
  original.checked = look.original;
  original.addEventListener('change', () => {
    look.original = original.checked;
    changed();
  });
  const speaksSelect = languageSelect(speaks, { name: 'speaks' });
  const readsSelect = languageSelect(reads, { name: 'reads' });
  for (const select of [speaksSelect, readsSelect]) {
    select.addEventListener('change', () => onLanguages(speaksSelect.value, readsSelect.value));
  }
  const element = h('div', { class: 'settings', role: 'dialog', 'data-t-label': 'settings.title' },
    h('header', { class: 'panel-head' }, h('h2', { 'data-t': 'settings.title' }),
      h('button', { type: 'button', class: 'quiet icon-only', 'data-action': 'close-settings', 'data-t-label': 'settings.close', onclick: onClose }, icon('close'))),
    h('fieldset', { class: 'sizes' }, h('legend', { 'data-t': 'settings.size' }),
      ...SIZES.map((size) => sizeChoice(size, look, changed))),
    h('label', { class: 'check' }, original, h('span', { 'data-t': 'settings.original' })),
    h('label', { class: 'field' }, h('span', { 'data-t': 'join.reads' }), readsSelect),
    h('label', { class: 'field' }, h('span', { 'data-t': 'join.speaks' }), speaksSelect),
    deviceSettings(media, talk));
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') onClose();
  });
  return element;
}

/** @param {Size} size @param {Look} look @param {() => void} changed */
function sizeChoice(size, look, changed) {
  const radio = h('input', { type: 'radio', name: 'size', value: size });
  radio.checked = look.size === size;
  radio.addEventListener('change', () => {
    look.size = size;
    changed();
  });
  return h('label', { class: 'size', 'data-size': size }, radio, h('span', { 'data-t': `settings.size_${size}` }));
}
