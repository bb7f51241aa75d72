/** One's own microphone and camera: which device, on or off, what is wrong, and whether the microphone was heard. */

import { capture } from './devices.js';
import { LevelMeter } from './level.js';
import { recall, remember } from './preferences.js';

/** @import {Kind, Problem} from './devices.js' */

/**
 * @typedef {object} Device
 * @property {MediaStreamTrack | null} track
 * @property {Problem | null} problem
 * @property {boolean} on what one wants: a track that is off stays open but carries silence or black
 * @property {boolean} asking the browser is asking, or the device is starting
 */

export class LocalMedia {
  /** @type {Record<Kind, Device>} */
  devices = {
    microphone: { track: null, problem: null, on: false, asking: false },
    camera: { track: null, problem: null, on: false, asking: false },
  };
  /** The microphone delivered sound since it was opened. */
  heard = false;
  level = 0;
  /** @type {LevelMeter | null} */ #meter = null;
  /** @type {Set<(kind: Kind | null) => void>} */ #listeners = new Set();

  /**
   * @param {(kind: Kind | null) => void} listener called with the device that changed, null when only the level did
   * @returns {() => void} ends it
   */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param {Kind} kind @returns {boolean} whether it sends something */
  active(kind) {
    const { track, on } = this.devices[kind];
    return track !== null && on;
  }

  /** @param {Kind[]} kinds opened together, so that the browser asks once */
  async open(kinds) {
    for (const kind of kinds) {
      Object.assign(this.devices[kind], { asking: true, on: true, problem: null });
      this.#tell(kind);
    }
    const found = await capture(Object.fromEntries(kinds.map((kind) => [kind, recall(`device.${kind}`)])));
    for (const kind of kinds) {
      let result = found[kind];
      // The device of last time is gone: any other will do.
      if (result.problem === 'missing' && recall(`device.${kind}`)) result = (await capture({ [kind]: '' }))[kind];
      this.#set(kind, result.track, result.problem);
    }
  }

  /** @param {Kind} kind @param {string} deviceId */
  async choose(kind, deviceId) {
    remember(`device.${kind}`, deviceId);
    this.#set(kind, null, null);
    await this.open([kind]);
  }

  /** @param {Kind} kind @param {boolean} on */
  async turn(kind, on) {
    const device = this.devices[kind];
    if (device.asking) return;
    if (on && !device.track) {
      await this.open([kind]);
      return;
    }
    device.on = on;
    if (device.track) device.track.enabled = on;
    this.#tell(kind);
  }

  /** @param {Kind} kind @param {MediaStreamTrack | null} track @param {Problem | null} problem */
  #set(kind, track, problem) {
    const device = this.devices[kind];
    device.track?.stop();
    Object.assign(device, { track, problem, asking: false, on: device.on && track !== null });
    if (track) {
      track.enabled = device.on;
      // Unplugged, or taken away in the browser's settings.
      track.addEventListener('ended', () => device.track === track && this.#set(kind, null, 'missing'));
    }
    if (kind === 'microphone') this.#measure(track);
    this.#tell(kind);
  }

  /** @param {MediaStreamTrack | null} track */
  #measure(track) {
    this.#meter?.close();
    this.#meter = null;
    this.heard = false;
    this.level = 0;
    if (!track) return;
    this.#meter = new LevelMeter(track, (level, heard) => {
      const news = heard !== this.heard;
      this.heard = heard;
      this.level = level;
      this.#tell(news ? 'microphone' : null);
    });
  }

  /** @param {Kind | null} kind */
  #tell(kind) {
    for (const listener of this.#listeners) listener(kind);
  }

  /** Lets go of both devices: their lamps go out. */
  close() {
    this.#set('microphone', null, null);
    this.#set('camera', null, null);
    this.#listeners.clear();
  }
}
