/** Makes everybody as loud as mixing.js says, by the volume of the elements that play them. That way sound goes through
 *  the browser's own path for calls, where echo cancellation hears it on every platform. iPhones and iPads do not let
 *  a page set an element's volume; there, and only once somebody has to be quieter, a Web Audio gain does it. */

import { peakDb } from './level.js';
import { approach, gains, Voice, watched } from './mixing.js';

/** @import {Scene} from './mixing.js' */
/** @import {SoundOutput} from './sound_output.js' */

/** What plays one person. @typedef {{person: string, element: HTMLMediaElement, track: MediaStreamTrack | null}} Sound */

const LISTEN_MS = 30;
const RAMP_MS = 10;

/** @returns {boolean} */
function volumeIsFixed() {
  const probe = document.createElement('audio');
  probe.volume = 0.5;
  return probe.volume !== 0.5;
}

export class Mixer {
  /** @type {Map<string, Output>} */ #outputs = new Map();
  /** @type {Map<string, Ear>} */ #ears = new Map();
  /** @type {Omit<Scene, 'speaking'> | null} */ #scene = null;
  /** @type {Set<string>} */ #speaking = new Set();
  /** @type {AudioContext | null} */ #context = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #listening;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #ramping;
  #rampedMs = 0;
  /** @type {GainNode | null} where graphs end */ #master = null;
  #fixed = volumeIsFixed();
  #output;

  /** @param {SoundOutput} output */
  constructor(output) {
    this.#output = output;
    this.resume = this.resume.bind(this);
    addEventListener('pointerdown', this.resume);
    addEventListener('keydown', this.resume);
  }

  /**
   * @param {Omit<Scene, 'speaking'>} scene
   * @param {readonly Sound[]} sounds all that plays, without oneself
   */
  render(scene, sounds) {
    this.#scene = scene;
    this.#attach(sounds);
    this.#listen(sounds, watched(scene));
    this.#aim();
  }

  /** @param {readonly Sound[]} sounds */
  #attach(sounds) {
    for (const { person, element, track } of sounds) {
      const known = this.#outputs.get(person);
      if (known?.plays(element, track)) continue;
      known?.close();
      this.#outputs.set(person, new Output(element, track, known?.gain ?? null, this.#fixed ? () => this.#end() : null));
    }
    for (const [person, output] of this.#outputs) {
      if (sounds.some((sound) => sound.person === person)) continue;
      output.close();
      this.#outputs.delete(person);
    }
  }

  /** @param {readonly Sound[]} sounds @param {readonly string[]} whom */
  #listen(sounds, whom) {
    /** @type {Map<string, MediaStreamTrack>} */
    const heard = new Map();
    for (const { person, track } of sounds) if (track && whom.includes(person)) heard.set(person, track);
    for (const [person, ear] of this.#ears) {
      if (heard.get(person) === ear.track) continue;
      ear.close();
      this.#ears.delete(person);
      this.#speaking.delete(person);
    }
    for (const [person, track] of heard) {
      if (!this.#ears.has(person)) this.#ears.set(person, new Ear(this.#audio(), track));
    }
    if (this.#ears.size > 0) this.#listening ??= setInterval(() => this.#hear(), LISTEN_MS);
    else {
      clearInterval(this.#listening);
      this.#listening = undefined;
    }
  }

  #hear() {
    const before = this.#speaking.size;
    for (const [person, ear] of this.#ears) {
      if (ear.speaks(performance.now())) this.#speaking.add(person);
      else this.#speaking.delete(person);
    }
    if (this.#speaking.size !== before) this.#aim();
  }

  #aim() {
    if (!this.#scene) return;
    const wanted = gains({ ...this.#scene, speaking: this.#speaking });
    for (const [person, output] of this.#outputs) output.aim(wanted.get(person) ?? 1);
    if (this.#ramping !== undefined || this.#settled) return;
    this.#rampedMs = performance.now();
    this.#ramping = setInterval(() => this.#ramp(), RAMP_MS);
  }

  get #settled() {
    return [...this.#outputs.values()].every((output) => output.settled);
  }

  #ramp() {
    const nowMs = performance.now();
    for (const output of this.#outputs.values()) output.step(nowMs - this.#rampedMs);
    this.#rampedMs = nowMs;
    if (!this.#settled) return;
    clearInterval(this.#ramping);
    this.#ramping = undefined;
  }

  #audio() {
    this.#context ??= new AudioContext();
    return this.#context;
  }

  #end() {
    if (!this.#master) {
      this.#master = this.#audio().createGain();
      this.#output.connect(this.#audio(), this.#master);
    }
    return this.#master;
  }

  /** Some browsers start audio only after a gesture. */
  resume() {
    if (this.#context?.state === 'suspended') void this.#context.resume();
  }

  /** What each person's sound is multiplied by right now, for tests and for whoever looks into a page's console. */
  get gains() {
    return Object.fromEntries([...this.#outputs].map(([person, { gain }]) => [person, gain]));
  }
}

/** One person's sound and its gain. */
class Output {
  /** @type {{source: MediaStreamAudioSourceNode, node: GainNode} | null} */ #graph = null;
  #target;
  #gain;
  #element;
  #track;
  #end;

  /**
   * @param {HTMLMediaElement} element
   * @param {MediaStreamTrack | null} track
   * @param {number | null} gain to begin with; null: as loud as it is to be
   * @param {(() => AudioNode) | null} end where a graph ends, if the element's volume cannot be set
   */
  constructor(element, track, gain, end) {
    this.#element = element;
    this.#track = track;
    this.#end = end;
    this.#gain = gain;
    this.#target = gain ?? 1;
    if (gain !== null) this.#apply();
  }

  /** Somebody new is at once as loud as they are to be: nobody hears the interpreter of others fade out. @param {number} target */
  aim(target) {
    this.#target = target;
    if (this.#gain !== null) return;
    this.#gain = target;
    this.#apply();
  }

  get gain() {
    return this.#gain ?? 1;
  }

  get settled() {
    return this.gain === this.#target;
  }

  /** @param {HTMLMediaElement} element @param {MediaStreamTrack | null} track */
  plays(element, track) {
    return this.#element === element && this.#track === track;
  }

  /** @param {number} elapsedMs */
  step(elapsedMs) {
    if (this.settled) return;
    this.#gain = approach(this.gain, this.#target, elapsedMs);
    this.#apply();
  }

  #apply() {
    if (this.#end === null) this.#element.volume = this.gain;
    else if (this.#graph || this.gain < 1) this.#throughGraph(this.#end());
  }

  /** @param {AudioNode} end */
  #throughGraph(end) {
    if (!this.#track) return;
    const context = /** @type {AudioContext} */ (end.context);
    if (!this.#graph) {
      const source = context.createMediaStreamSource(new MediaStream([this.#track]));
      const node = context.createGain();
      node.gain.value = this.gain;
      source.connect(node).connect(end);
      this.#graph = { source, node };
      // The element plays on unheard: browsers decode a remote track only for an element.
      this.#element.dataset['mixed'] = '';
      this.#element.muted = true;
    }
    this.#graph.node.gain.linearRampToValueAtTime(this.gain, context.currentTime + RAMP_MS / 1000);
  }

  close() {
    this.#graph?.source.disconnect();
    this.#graph?.node.disconnect();
    this.#graph = null;
    delete this.#element.dataset['mixed'];
  }
}

/** Hears whether one interpreter speaks. */
class Ear {
  #voice = new Voice();
  #heardMs = performance.now();
  #source;
  #analyser;
  #samples;

  /** @param {AudioContext} context @param {MediaStreamTrack} track */
  constructor(context, track) {
    this.track = track;
    this.#source = context.createMediaStreamSource(new MediaStream([track]));
    this.#analyser = context.createAnalyser();
    this.#analyser.fftSize = 2048;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#source.connect(this.#analyser);
  }

  /**
   * Where sound is held back until a gesture there is nothing to hear, and an interpreter on air counts as speaking.
   * @param {number} nowMs
   */
  speaks(nowMs) {
    const elapsedMs = nowMs - this.#heardMs;
    this.#heardMs = nowMs;
    if (this.#analyser.context.state !== 'running') return true;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return this.#voice.add(peakDb(this.#samples), elapsedMs, nowMs);
  }

  close() {
    this.#source.disconnect();
  }
}
