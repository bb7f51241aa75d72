/** Where the sound comes out. Hidden where the browser leaves that to the system. */

import { t } from '../i18n.js';
import { h } from './dom.js';

/** @import {SoundOutput} from '../sound_output.js' */

/**
 * @param {SoundOutput} output
 * @returns {{element: HTMLElement, refresh: () => Promise<void>, close: () => void}}
 */
export function speakerSelect(output) {
  const select = h('select', { 'data-action': 'choose-speaker' });
  const element = h('label', { class: 'field' }, h('span', { 'data-t': 'devices.speaker' }), select);
  element.hidden = true;
  select.addEventListener('change', () => void output.choose(select.value));
  const refresh = async () => {
    const devices = (await output.choices()).filter(({ label }) => label);
    element.hidden = devices.length === 0;
    select.replaceChildren(
      h('option', { value: '' }, t('devices.speaker_system')),
      ...devices.map(({ deviceId, label }) => h('option', { value: deviceId }, label)),
    );
    select.value = output.deviceId;
  };
  const again = () => void refresh();
  navigator.mediaDevices?.addEventListener('devicechange', again);
  const forget = output.onChange(again);
  void refresh();
  return {
    element,
    refresh,
    close() {
      navigator.mediaDevices?.removeEventListener('devicechange', again);
      forget();
    },
  };
}
