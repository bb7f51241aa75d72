/** One's own microphone and camera: which device, on or off, what is wrong, and whether the microphone was heard. Devices
 *  that come and go during the call are followed; what was chosen is kept by the browser. */

import { real, verdict } from './device_choice.js';
import { capture, isTouched, list, soundConstraints } from './devices.js';
import { HallMicrophone } from './hall_microphone.js';
import { betterThan, isHandsFree } from './headset.js';
import { LevelMeter } from './level.js';
import { recall, remember } from './preferences.js';
import { SoundOutput } from './sound_output.js';

/** @import {Plugged} from './device_choice.js' */
/** @import {Kind, Problem, Wanted} from './devices.js' */

/**
 * @typedef {object} Device
 * @property {MediaStreamTrack | null} track
 * @property {Problem | null} problem
 * @property {boolean} on what one wants: a track that is off stays open but carries silence or black
 * @property {boolean} asking the browser is asking, or the device is starting
 * @property {boolean} held the system has taken it: a telephone call, or the page is out of sight on a phone
 */

/** A device came or went, and what followed from it. @typedef {{kind: Kind, what: 'gone' | 'returned' | 'default' | 'offer' | 'unusable', device: Plugged}} News */

const KINDS = /** @type {const} */ (['microphone', 'camera']);
/** A headset brings several devices, one after another (ms). */
const SETTLE_MS = 400;

/** @returns {Device} */
function none() {
  return { track: null, problem: null, on: false, asking: false, held: false };
}

export class LocalMedia {
  /** @type {Record<Kind, Device>} */ devices = { microphone: none(), camera: none() };
  output = new SoundOutput();
  hall = new HallMicrophone(() => this.#tell('microphone'));
  /** The microphone delivered sound since it was opened. */
  heard = false;
  level = 0;
  /** The microphone in use is a Bluetooth headset's; with one to use instead, where there is one.
   *  @type {{instead: Plugged | null} | null} */
  handsFree = null;
  /** Nobody is to hear the microphone for now, whether it is on or not. */
  standby = false;
  #hushed = false;
  #lent = false;
  /** @type {LevelMeter | null} */ #meter = null;
  /** @type {Set<(kind: Kind | null) => void>} */ #listeners = new Set();
  /** @type {Set<(news: News) => void>} */ #readers = new Set();
  /** @type {Record<Kind, readonly Plugged[]>} what was plugged when one looked last */ #plugged = { microphone: [], camera: [] };
  /** @type {Record<Kind, Promise<void>>} one thing after another */ #work = { microphone: Promise.resolve(), camera: Promise.resolve() };
  /** @type {Partial<Record<Kind, Wanted>>} until the page is left: what is no lasting choice */ #passing = {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #settling;
  #watching = false;

  constructor() {
    this.devicesChanged = this.devicesChanged.bind(this);
  }

  /**
   * @param {(kind: Kind | null) => void} listener called with the device that changed, null when only the level did
   * @returns {() => void} ends it
   */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param {(news: News) => void} reader @returns {() => void} ends it */
  onNews(reader) {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  /** @param {Kind} kind @returns {boolean} whether it sends something */
  active(kind) {
    const { track, on, held } = this.devices[kind];
    return track !== null && on && !held && !(kind === 'microphone' && this.standby);
  }

  /** Whether the noise of the room is taken out. */
  get quiet() {
    return recall('quiet', 'on') === 'on';
  }

  /** The camera shows oneself, as a mirror does, and not what one points it at. */
  get mirrored() {
    const { track } = this.devices.camera;
    return track?.getSettings().facingMode !== 'environment';
  }

  /** @param {boolean} standby */
  standBy(standby) {
    if (standby === this.standby) return;
    this.standby = standby;
    this.#enable('microphone');
    this.#tell('microphone');
  }

  /** For as long as a cough: nothing is said of it to anybody. @param {boolean} held */
  hold(held) {
    this.#hushed = held;
    this.#enable('microphone');
  }

  /** @param {Kind} kind */
  #enable(kind) {
    const { track, on } = this.devices[kind];
    const silent = kind === 'microphone' && (this.standby || this.#hushed || this.#lent);
    if (track) track.enabled = on && !silent;
  }

  /** There is a camera on the back, or another one at least. */
  get flippable() {
    return isTouched() && this.active('camera') && real(this.#plugged.camera).length > 1;
  }

  /** What goes out for the microphone: itself, or itself turned down while others speak. */
  get sentMicrophone() {
    return this.hall.sent(this.devices.microphone.track);
  }

  /** @param {Kind[]} kinds opened together, so that the browser asks once */
  async open(kinds) {
    this.#watch();
    for (const kind of kinds) {
      Object.assign(this.devices[kind], { asking: true, on: true, problem: null });
      this.#tell(kind);
    }
    const found = await capture(Object.fromEntries(kinds.map((kind) => [kind, this.#wanted(kind)])));
    for (const kind of kinds) {
      let result = found[kind];
      // The device of last time is gone: any other will do.
      if (result.problem === 'missing' && this.#wanted(kind).deviceId) result = (await capture({ [kind]: this.#wanted(kind, '') }))[kind];
      this.#set(kind, result.track, result.problem);
    }
    await this.#look();
  }

  /** @param {Kind} kind @param {string} [deviceId] @returns {Wanted} */
  #wanted(kind, deviceId) {
    return { quiet: this.quiet, deviceId: deviceId ?? recall(`device.${kind}`), ...(deviceId === undefined ? this.#passing[kind] : {}) };
  }

  /** For good. @param {Kind} kind @param {string} deviceId */
  async choose(kind, deviceId) {
    const device = this.devices[kind];
    // Whoever had none so far wants it now; whoever had turned it off does not.
    if (!device.track && !device.problem) device.on = true;
    delete this.#passing[kind];
    if (await this.#take(kind, this.#wanted(kind, deviceId))) remember(`device.${kind}`, deviceId);
  }

  /** The other camera of a phone, for now: next time it begins with one's face again. */
  async flip() {
    const facing = this.mirrored ? 'environment' : 'user';
    const cameras = await list('camera');
    const used = this.devices.camera.track?.getSettings().deviceId;
    const at = cameras.findIndex(({ deviceId }) => deviceId === used);
    await this.#take('camera', { deviceId: '', facing });
    if (this.devices.camera.track?.getSettings().facingMode !== facing) {
      // These cameras do not say which way they look: the next in the list.
      await this.#take('camera', { deviceId: cameras[(at + 1) % cameras.length]?.deviceId ?? '' });
    }
    const { deviceId = '' } = this.devices.camera.track?.getSettings() ?? {};
    this.#passing.camera = { deviceId };
  }

  /** @param {boolean} quiet whether the noise of the room is taken out */
  async reduceNoise(quiet) {
    remember('quiet', quiet ? 'on' : 'off');
    const { track } = this.devices.microphone;
    if (!track) return;
    await track.applyConstraints(soundConstraints(quiet)).catch(() => undefined);
    if (track.getSettings().noiseSuppression === quiet) return;
    // Chromium keeps the processing that a device was opened with for as long as it is open.
    track.stop();
    await this.#take('microphone', this.#wanted('microphone', track.getSettings().deviceId ?? ''));
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
    this.#enable(kind);
    this.#tell(kind);
  }

  /** Lets go of a device that is not to be used any more. @param {Kind} kind */
  release(kind) {
    this.devices[kind].on = false;
    if (this.devices[kind].track) this.#set(kind, null, null);
  }

  /**
   * A copy of the microphone for a test, during which nobody hears it.
   * @returns {{track: MediaStreamTrack, release: () => void} | null}
   */
  borrowMicrophone() {
    const { track } = this.devices.microphone;
    if (!track) return null;
    const copy = track.clone();
    copy.enabled = true;
    this.#lend(true);
    const release = () => {
      copy.stop();
      this.#lend(false);
    };
    return { track: copy, release };
  }

  /** @param {boolean} lent */
  #lend(lent) {
    this.#lent = lent;
    this.#enable('microphone');
  }

  /**
   * Another device in the place of the one in use, on or off as that was. A microphone is exchanged without a gap; of two
   * cameras most phones open only one.
   * @param {Kind} kind
   * @param {Wanted} wanted
   * @returns {Promise<boolean>} whether it could be opened; a microphone stays what it was otherwise
   */
  async #take(kind, wanted) {
    let taken = false;
    this.#work[kind] = this.#work[kind].then(async () => {
      const device = this.devices[kind];
      if (kind === 'camera') device.track?.stop();
      device.asking = true;
      this.#tell(kind);
      const { track, problem } = (await capture({ [kind]: wanted }))[kind];
      taken = track !== null;
      if (taken || device.track?.readyState !== 'live') this.#set(kind, track, problem);
      else device.asking = false;
      this.#tell(kind);
      await this.#look();
    });
    await this.#work[kind];
    return taken;
  }

  /** @param {Kind} kind @param {MediaStreamTrack | null} track @param {Problem | null} problem */
  #set(kind, track, problem) {
    const device = this.devices[kind];
    device.track?.stop();
    Object.assign(device, { track, problem, asking: false, held: false });
    if (track) {
      this.#enable(kind);
      const current = () => device.track === track;
      // Unplugged, or taken away in the browser's settings.
      track.addEventListener('ended', () => current() && void this.#replace(kind));
      for (const held of [true, false]) {
        track.addEventListener(held ? 'mute' : 'unmute', () => {
          device.held = held && current();
          this.#tell(kind);
        });
      }
    }
    if (kind === 'microphone') this.#measure(track);
    this.#tell(kind);
  }

  // --- what is plugged and unplugged -------------------------------------------------------------------------

  #watch() {
    if (this.#watching) return;
    this.#watching = true;
    navigator.mediaDevices?.addEventListener('devicechange', this.devicesChanged);
  }

  devicesChanged() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.#reconsider(), SETTLE_MS);
  }

  async #reconsider() {
    for (const kind of KINDS) {
      const device = this.devices[kind];
      const ended = device.track?.readyState === 'ended';
      if (device.asking || (!device.track && device.problem !== 'missing')) continue;
      const now = await list(kind);
      const used = device.track?.getSettings() ?? null;
      const said = verdict({
        before: this.#plugged[kind],
        now,
        used: used && !ended ? { deviceId: used.deviceId ?? '', groupId: used.groupId } : null,
        chosen: this.#wanted(kind).deviceId,
      });
      this.#plugged[kind] = now;
      if (said.does === 'switch') await this.#follow(kind, said.device, said.why);
      else if (said.does === 'offer') this.#report({ kind, what: 'offer', device: said.device });
      else if (said.does === 'lost' && device.track) this.#set(kind, null, 'missing');
    }
    await this.#look();
  }

  /** The device in use ended: the next best one, at once. @param {Kind} kind */
  async #replace(kind) {
    const device = this.devices[kind];
    const lost = device.track?.getSettings().deviceId ?? '';
    const now = (await list(kind)).filter(({ deviceId }) => deviceId !== lost);
    const said = verdict({ before: this.#plugged[kind], now, used: { deviceId: lost }, chosen: this.#wanted(kind).deviceId });
    this.#plugged[kind] = now;
    if (said.does === 'switch') await this.#follow(kind, said.device, 'gone');
    else this.#set(kind, null, 'missing');
  }

  /** @param {Kind} kind @param {Plugged} device @param {'gone' | 'returned' | 'default'} why */
  async #follow(kind, device, why) {
    const taken = await this.#take(kind, this.#wanted(kind, device.deviceId));
    this.#report({ kind, what: taken ? why : 'unusable', device });
  }

  /** What is plugged now, and whether the microphone is a headset's. */
  async #look() {
    for (const kind of KINDS) this.#plugged[kind] = await list(kind);
    const { track } = this.devices.microphone;
    const handsFree = track !== null && isHandsFree({ label: track.label, sampleRate: track.getSettings().sampleRate });
    this.handsFree = handsFree ? { instead: betterThan(this.#plugged.microphone) } : null;
    this.#tell('microphone');
  }

  /** @param {News} news */
  #report(news) {
    for (const reader of this.#readers) reader(news);
  }

  // -------------------------------------------------------------------------------------------------------------

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
    clearTimeout(this.#settling);
    navigator.mediaDevices?.removeEventListener('devicechange', this.devicesChanged);
    this.#set('microphone', null, null);
    this.#set('camera', null, null);
    this.hall.close();
    this.#listeners.clear();
    this.#readers.clear();
  }
}
