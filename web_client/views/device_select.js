/** Which camera, which microphone. */

import { list } from '../devices.js';
import { t } from '../i18n.js';
import { h } from './dom.js';

/** @import {Kind} from '../devices.js' */
/** @import {LocalMedia} from '../local_media.js' */

/**
 * @param {LocalMedia} media
 * @param {Kind} kind
 * @returns {HTMLElement} a label with its select, hidden while there is nothing to choose from
 */
export function deviceSelect(media, kind) {
  const select = h('select', { 'data-action': `choose-${kind}` });
  const field = h('label', { class: 'field' }, h('span', { 'data-t': `devices.${kind}` }), select);
  field.hidden = true;
  select.addEventListener('change', () => void media.choose(kind, select.value));
  const refresh = async () => {
    const devices = await list(kind);
    const { track } = media.devices[kind];
    field.hidden = devices.length === 0 || (!track && devices.every((device) => !device.label));
    select.replaceChildren(
      ...devices.map(({ deviceId, label }, at) =>
        h('option', { value: deviceId }, label || t('devices.unnamed', { number: at + 1 })),
      ),
    );
    const used = track?.getSettings().deviceId;
    if (used) select.value = used;
  };
  media.onChange((changed) => {
    if (changed === kind && !media.devices[kind].asking) void refresh();
  });
  navigator.mediaDevices?.addEventListener('devicechange', () => void refresh());
  void refresh();
  return field;
}
