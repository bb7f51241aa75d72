/** A microphone in a room with loudspeakers: what is sent passes a gain that HalfDuplex moves. Without the assistance the
 *  track itself is sent, and nothing of this runs. */

import { HalfDuplex } from './half_duplex.js';
import { peakDb } from './level.js';
import { recall, remember } from './preferences.js';

/** @import {RemoteTrack} from './peer.js' */

const PERIOD_MS = 25;
/** Down at once, up a little softer (time constants, s). */
const DOWN_S = 0.01;
const UP_S = 0.06;
const KEY = 'half_duplex';

/** @typedef {{context: AudioContext, source: MediaStreamTrack, sent: MediaStreamTrack, far: AnalyserNode, timer: ReturnType<typeof setInterval>}} Graph */

export class HallMicrophone {
  /** What the microphone is turned down to just now: 1 when it is not. */ gain = 1;
  /** @type {Graph | null} */ #graph = null;
  /** @type {Map<string, {node: MediaStreamAudioSourceNode}>} */ #voices = new Map();
  /** @type {readonly MediaStreamTrack[]} */ #heard = [];
  #byDefault = false;
  #onChange;

  /** @param {() => void} onChange another track is to be sent */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** A hall's screen is assisted unless somebody there turned it off; everybody else has to turn it on. */
  get on() {
    return recall(KEY, this.#byDefault ? 'on' : 'off') === 'on';
  }

  /** @param {boolean} on */
  turn(on) {
    remember(KEY, on ? 'on' : 'off');
    this.#onChange();
  }

  /** @param {boolean} byDefault */
  propose(byDefault) {
    if (byDefault === this.#byDefault) return;
    this.#byDefault = byDefault;
    this.#onChange();
  }

  /**
   * @param {MediaStreamTrack | null} track the microphone
   * @returns {MediaStreamTrack | null} what is to be sent
   */
  sent(track) {
    if (!track || !this.on) {
      this.close();
      return track;
    }
    if (this.#graph?.source !== track) {
      this.close();
      this.#graph = this.#build(track);
      this.hear(this.#heard);
    }
    // A browser that waits for a gesture nobody will make in a hall must not silence it.
    return this.#graph?.context.state === 'running' ? this.#graph.sent : track;
  }

  /** @param {MediaStreamTrack} track @returns {Graph | null} */
  #build(track) {
    const context = new AudioContext({ latencyHint: 'interactive' });
    const [near, far, gain] = [context.createAnalyser(), context.createAnalyser(), context.createGain()];
    near.fftSize = far.fftSize = 2048;
    const sink = context.createMediaStreamDestination();
    const microphone = context.createMediaStreamSource(new MediaStream([track]));
    microphone.connect(near);
    microphone.connect(gain).connect(sink);
    const duplex = new HalfDuplex();
    const [nearSamples, farSamples] = [new Float32Array(near.fftSize), new Float32Array(far.fftSize)];
    const timer = setInterval(() => {
      near.getFloatTimeDomainData(nearSamples);
      far.getFloatTimeDomainData(farSamples);
      const wanted = duplex.step(peakDb(farSamples), peakDb(nearSamples), performance.now());
      if (wanted === this.gain) return;
      gain.gain.setTargetAtTime(wanted, context.currentTime, wanted < this.gain ? DOWN_S : UP_S);
      this.gain = wanted;
    }, PERIOD_MS);
    context.addEventListener('statechange', this.#onChange);
    void context.resume();
    const [sent] = sink.stream.getAudioTracks();
    return sent ? { context, source: track, sent, far, timer } : null;
  }

  /** @param {readonly RemoteTrack[]} tracks all that is received */
  follow(tracks) {
    const voices = tracks.filter(({ source }) => source === 'microphone').map(({ track }) => track);
    if (voices.length === this.#heard.length && voices.every((track) => this.#heard.includes(track))) return;
    this.#heard = voices;
    this.hear(voices);
  }

  /** @param {readonly MediaStreamTrack[]} voices */
  hear(voices) {
    const graph = this.#graph;
    if (!graph) return;
    for (const [id, { node }] of this.#voices) {
      if (voices.some((track) => track.id === id)) continue;
      node.disconnect();
      this.#voices.delete(id);
    }
    for (const track of voices) {
      if (this.#voices.has(track.id)) continue;
      const node = graph.context.createMediaStreamSource(new MediaStream([track]));
      node.connect(graph.far);
      this.#voices.set(track.id, { node });
    }
  }

  close() {
    if (!this.#graph) return;
    clearInterval(this.#graph.timer);
    this.#graph.sent.stop();
    this.#graph.context.removeEventListener('statechange', this.#onChange);
    void this.#graph.context.close();
    this.#graph = null;
    this.#voices.clear();
    this.gain = 1;
  }
}
