/** Where sound comes out: one choice for everything on the page that plays, kept by the browser, and given up for the
 *  system's own while the chosen device is not there. */

import { real } from './device_choice.js';
import { recall, remember } from './preferences.js';

/** Media elements, and audio contexts where the browser can move them. @typedef {{setSinkId?: (id: string) => Promise<void>}} Sink */

const KEY = 'device.speaker';

export class SoundOutput {
  /** Id of the device that plays, empty for the system's. */ deviceId = '';
  /** The chosen one is away, and the system's plays in its stead. */
  away = false;
  /** @type {Set<Sink>} */ #sinks = new Set();
  /** @type {Set<() => void>} */ #listeners = new Set();

  constructor() {
    this.refresh = this.refresh.bind(this);
    globalThis.navigator?.mediaDevices?.addEventListener?.('devicechange', this.refresh);
    void this.refresh();
  }

  /** Safari, and everything on phones but few, leave the choice to the system. */
  get selectable() {
    return 'setSinkId' in HTMLMediaElement.prototype;
  }

  /** @param {() => void} listener @returns {() => void} ends it */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @returns {Promise<MediaDeviceInfo[]>} empty before the browser tells of them */
  async list() {
    if (!navigator.mediaDevices || !this.selectable) return [];
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter(({ kind, deviceId }) => kind === 'audiooutput' && deviceId);
  }

  /**
   * It plays where the others do from now on.
   * @param {Sink} sink
   * @returns {() => void} lets it go
   */
  attach(sink) {
    this.#sinks.add(sink);
    if (this.deviceId) this.#move(sink);
    // Chromium refuses to move an element that has nothing to play yet.
    const again = () => this.#move(sink);
    if (sink instanceof HTMLMediaElement) sink.addEventListener('playing', again);
    return () => {
      this.#sinks.delete(sink);
      if (sink instanceof HTMLMediaElement) sink.removeEventListener('playing', again);
    };
  }

  /** @param {string} deviceId */
  async choose(deviceId) {
    remember(KEY, deviceId);
    await this.refresh();
  }

  /** Looks which devices there are; the chosen one if it is there. */
  async refresh() {
    const chosen = recall(KEY);
    const there = chosen === '' || (await this.list().catch(() => [])).some(({ deviceId }) => deviceId === chosen);
    const deviceId = there ? chosen : '';
    if (deviceId === this.deviceId && this.away === !there) return;
    this.deviceId = deviceId;
    this.away = !there;
    for (const sink of this.#sinks) this.#move(sink);
    for (const listener of this.#listeners) listener();
  }

  /** @param {Sink} sink */
  #move(sink) {
    if ('sinkId' in sink && sink.sinkId === this.deviceId) return;
    // A device that vanishes at this moment is answered by the next change of the list.
    sink.setSinkId?.(this.deviceId).catch(() => undefined);
  }

  /**
   * What a graph makes, where everything else plays. Only Chromium moves a whole context; elsewhere an element plays it.
   * @param {AudioContext} context
   * @param {AudioNode} node
   * @returns {() => void} ends it
   */
  connect(context, node) {
    if ('setSinkId' in context || !this.selectable) {
      node.connect(context.destination);
      return this.attach(/** @type {Sink} */ (context));
    }
    const stream = context.createMediaStreamDestination();
    node.connect(stream);
    const element = new Audio();
    element.srcObject = stream.stream;
    const release = this.attach(element);
    void element.play().catch(() => undefined);
    return () => {
      release();
      element.srcObject = null;
    };
  }

  /** Devices but not the names that Chromium gives to the system's choice. @returns {Promise<MediaDeviceInfo[]>} */
  async choices() {
    const devices = await this.list();
    return /** @type {MediaDeviceInfo[]} */ (real(devices));
  }
}
