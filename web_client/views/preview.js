/** How one will look and sound: picture, level meter, what is wrong, in words. */

import { say } from '../i18n.js';
import { deviceSelect } from './device_select.js';
import { DeviceNotices } from './device_notices.js';
import { h, setAttribute } from './dom.js';
import { icon } from './icons.js';
import { levelMeter } from './meter.js';
import { Notices } from './notices.js';
import { soundCheck } from './sound_check.js';

/** @import {Kind} from '../devices.js' */
/** @import {LocalMedia} from '../local_media.js' */

/**
 * @param {LocalMedia} media
 * @returns {{element: HTMLElement, close: () => void}} closed when nobody looks any more: a video plays on unseen
 */
export function preview(media) {
  const video = h('video', { autoplay: true, playsinline: true, class: 'mirrored', 'data-t-label': 'join.picture' });
  video.muted = true;
  const empty = h('p', { class: 'preview-empty' });
  const meter = levelMeter();
  const words = h('span', { class: 'preview-words', 'data-mic-status': '' });
  const sound = h('p', { class: 'preview-sound', role: 'status' }, meter.element, words);
  const buttons = { microphone: toggle(media, 'microphone'), camera: toggle(media, 'camera') };
  const show = (/** @type {Kind | null} */ changed) => {
    meter.show(media.level);
    if (changed === null) return;
    showPicture(media, video, empty);
    showSound(media, sound, words);
    buttons.microphone.show();
    buttons.camera.show();
  };
  const notices = new Notices('preview-notices');
  const news = new DeviceNotices(media, notices, []);
  const check = soundCheck(media);
  const forget = media.onChange(show);
  show('microphone');
  const picture = h('div', { class: 'preview-picture' }, video, empty,
    h('div', { class: 'preview-toggles' }, buttons.microphone.element, buttons.camera.element));
  const close = () => {
    forget();
    news.close();
    check.close();
    video.srcObject = null;
  };
  const element = h('div', { class: 'preview' }, picture, sound,
    h('div', { class: 'preview-devices' }, deviceSelect(media, 'microphone'), deviceSelect(media, 'camera')), notices.element, check.element);
  return { element, close };
}

/** @param {LocalMedia} media @param {Kind} kind */
function toggle(media, kind) {
  const action = kind === 'microphone' ? 'mic' : 'camera';
  const element = h('button', { type: 'button', class: 'round', 'data-action': action });
  element.addEventListener('click', () => void media.turn(kind, !media.active(kind)));
  return {
    element,
    show() {
      const on = media.active(kind);
      element.replaceChildren(icon(on ? action : `${action}-off`));
      setAttribute(element, 'aria-pressed', String(on));
      element.disabled = media.devices[kind].asking;
      setAttribute(element, 'data-off', !on && !element.disabled);
      say(element, `devices.turn_${on ? 'off' : 'on'}_${kind}`, undefined, 'label');
      say(element, `devices.turn_${on ? 'off' : 'on'}_${kind}`, undefined, 'title');
    },
  };
}

/** @param {LocalMedia} media @param {HTMLVideoElement} video @param {HTMLElement} empty */
function showPicture(media, video, empty) {
  const { track, problem, asking, on } = media.devices.camera;
  const shown = track && on ? track : null;
  video.classList.toggle('mirrored', media.mirrored);
  const current = video.srcObject instanceof MediaStream ? video.srcObject.getVideoTracks()[0] : undefined;
  if (current?.id !== shown?.id) video.srcObject = shown ? new MediaStream([shown]) : null;
  video.hidden = !shown;
  empty.hidden = Boolean(shown);
  if (asking) say(empty, 'devices.asking');
  else say(empty, problem ? `devices.camera_${problem}` : 'devices.camera_off');
}

/** Never claims that a microphone works before it was heard. @param {LocalMedia} media @param {HTMLElement} sound @param {HTMLElement} words */
function showSound(media, sound, words) {
  const { track, problem, asking, on } = media.devices.microphone;
  const state = asking ? 'asking' : problem ? 'problem' : !track || !on ? 'off' : media.heard ? 'heard' : 'silent';
  sound.dataset['state'] = state;
  if (state === 'problem') say(words, `devices.microphone_${problem}`);
  else say(words, { asking: 'devices.asking', off: 'devices.microphone_off', heard: 'devices.heard', silent: 'devices.silent' }[state]);
}
