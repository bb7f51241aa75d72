/** One's own network: a word in the line above the picture, and what to do about it where that helps. */

import { say, t } from '../i18n.js';
import { advised, networkOf } from '../network.js';
import { levelOf } from '../state.js';
import { h, setAttribute } from './dom.js';

/** @import {RoomView} from '../state.js' */
/** @import {Notices} from './notices.js' */

export class NetworkSign {
  element = h('span', { class: 'network-sign', role: 'status' });
  #turnOffCamera;

  /** @param {() => void} turnOffCamera */
  constructor(turnOffCamera) {
    this.#turnOffCamera = turnOffCamera;
  }

  /**
   * @param {RoomView} state
   * @param {boolean} camera whether the own camera is on
   * @param {Notices} notices
   */
  render(state, camera, notices) {
    const { grade, reasons } = networkOf(state.networks, state.you);
    const level = levelOf(state, state.you);
    const inside = state.link === 'open' && state.media.state === 'ready';
    const word = !inside ? 'good' : grade === 'bad' || level === 'text' ? 'bad' : level === 'full' ? grade : 'weak';
    this.element.hidden = word === 'good';
    setAttribute(this.element, 'data-network', word === 'good' ? null : word);
    if (word !== 'good') say(this.element, `network.${word}`);
    const reason = advised(reasons, level);
    const advise = inside && grade !== 'good' && reason !== null;
    const values = { why: advise ? t(`network.${reason}`) : '' };
    notices.show('notice.network_camera', advise && camera, { action: this.#turnOffCamera, does: 'camera-off', values });
    notices.show('notice.network', advise && !camera, { values });
  }
}
