/** The devices' part of the settings: which ones, how the microphone works, and trying them. */

import { deviceSelect } from './device_select.js';
import { h } from './dom.js';
import { soundCheck } from './sound_check.js';

/** @import {LocalMedia} from '../local_media.js' */

/**
 * @param {LocalMedia} media
 * @returns {HTMLElement}
 */
export function deviceSettings(media) {
  const quiet = h('input', { type: 'checkbox', name: 'quiet', 'data-action': 'reduce-noise' });
  quiet.checked = media.quiet;
  quiet.addEventListener('change', () => void media.reduceNoise(quiet.checked));
  return h('section', { class: 'device-settings', 'data-t-label': 'settings.devices' },
    h('h3', { 'data-t': 'settings.devices' }),
    deviceSelect(media, 'microphone'),
    deviceSelect(media, 'camera'),
    h('label', { class: 'check-line' }, quiet, h('span', {}, h('span', { 'data-t': 'settings.quiet' }), h('small', { class: 'hint', 'data-t': 'settings.quiet_hint' }))),
    soundCheck(media).element);
}
