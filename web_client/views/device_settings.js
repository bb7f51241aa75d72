/** The devices' part of the settings: which ones, how the microphone works, and trying them. */

import { deviceSelect } from './device_select.js';
import { h } from './dom.js';
import { soundCheck } from './sound_check.js';

/** @import {LocalMedia} from '../local_media.js' */
/** @import {PushToTalk} from '../push_to_talk.js' */

/**
 * @param {LocalMedia} media
 * @param {PushToTalk} talk
 * @returns {HTMLElement}
 */
export function deviceSettings(media, talk) {
  return h('section', { class: 'device-settings', 'data-t-label': 'settings.devices' },
    h('h3', { 'data-t': 'settings.devices' }),
    deviceSelect(media, 'microphone'),
    deviceSelect(media, 'camera'),
    h('div', { class: 'needs-microphone' },
      choice('quiet', 'reduce-noise', media.quiet, (on) => void media.reduceNoise(on)),
      choice('talk', 'push-to-talk', talk.on, (on) => talk.turn(on)),
      choice('hall', 'half-duplex', media.hall.on, (on) => media.hall.turn(on))),
    soundCheck(media).element);
}

/**
 * @param {string} key of its sentences
 * @param {string} action
 * @param {boolean} on
 * @param {(on: boolean) => void} onChange
 */
function choice(key, action, on, onChange) {
  const box = h('input', { type: 'checkbox', name: key, 'data-action': action });
  box.checked = on;
  box.addEventListener('change', () => onChange(box.checked));
  return h('label', { class: 'check-line' }, box, h('span', {}, h('span', { 'data-t': `settings.${key}` }), h('small', { class: 'hint', 'data-t': `settings.${key}_hint` })));
}
