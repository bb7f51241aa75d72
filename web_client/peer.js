/** One RTCPeerConnection each: a Publisher that offers what one sends, a Receiver that answers the worker's offers.
 *  SDP travels whole, so both wait for the candidates, but never long. */

import { Playout } from './playout.js';

/** @import {PublishedTrack, Source, Subscribe, SubscribedTrack} from './protocol.js' */

/** @typedef {{person: string, source: Source, track: MediaStreamTrack}} RemoteTrack */

/** Host candidates are there at once. Relayed ones take round trips, or never come where a firewall swallows the
 *  requests; they are not waited for: the worker learns them from the checks that this side makes. */
const GATHERING_MS = 500;
const GATHERING_RELAYED_MS = 200;

/** Lines of the small picture that a weak network is sent. */
const SMALL_HEIGHT = 240;
/** Chromium makes three temporal layers of each size by itself. Where packets overtake each other it then throws away
 *  pictures that arrived whole: four freezes a minute on a line that loses 5 %, and none without layers. */
const ONE_LAYER = 'L1T1';

/**
 * A camera comes in two sizes: whom the whole picture is too much for gets the small one, and the others lose nothing.
 * @param {Source} source
 * @param {MediaStreamTrack} track
 * @returns {RTCRtpEncodingParameters[]} the smallest first
 */
function encodings(source, track) {
  if (source === 'microphone') return [{ maxBitrate: 40_000 }];
  if (source === 'screen') return [{ maxBitrate: 2_000_000 }];
  const scale = Math.max(2, (track.getSettings().height ?? 720) / SMALL_HEIGHT);
  return [{ rid: 'small', scaleResolutionDownBy: scale, maxBitrate: 200_000 }, { rid: 'full', maxBitrate: 1_200_000 }]
    .map((encoding) => ({ ...encoding, scalabilityMode: ONE_LAYER }));
}

/** @returns {string} 128 random bits (randomUUID is missing where the page is not secure) */
export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * @param {RTCPeerConnection} connection
 * @param {number} limitMs
 * @returns {Promise<string>} the local description with the candidates found by then
 */
async function gathered(connection, limitMs) {
  if (connection.iceGatheringState !== 'complete') {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      connection.addEventListener('icegatheringstatechange', () => {
        if (connection.iceGatheringState !== 'complete') return;
        clearTimeout(timer);
        resolve(undefined);
      });
    });
  }
  return connection.localDescription?.sdp ?? '';
}

/** @param {RTCIceServer[]} iceServers */
function gatheringLimitMs(iceServers) {
  return iceServers.length > 0 ? GATHERING_RELAYED_MS : GATHERING_MS;
}

/**
 * Says once that a connection is beyond hope.
 * @param {RTCPeerConnection} connection
 * @param {() => void} onFailed
 */
function watch(connection, onFailed) {
  connection.addEventListener('connectionstatechange', () => {
    if (connection.connectionState === 'failed') onFailed();
  });
}

/**
 * @param {RTCPeerConnection} connection
 * @returns {Promise<any[]>} none of a connection that was closed meanwhile: some browsers have none then
 */
async function statistics(connection) {
  const reports = await connection.getStats().catch(() => new Map());
  return [...reports.values()];
}

/**
 * @param {readonly any[]} stats
 * @returns {number} grows with everything that comes in, checks and reports included
 */
function heard(stats) {
  let count = 0;
  for (const report of stats) {
    if (report.type !== 'candidate-pair') continue;
    count += (report.bytesReceived ?? 0) + (report.responsesReceived ?? 0) + (report.requestsReceived ?? 0);
  }
  return count;
}

export class Publisher {
  session = randomId();
  /** @type {RTCPeerConnection} */ #connection;
  /** @type {Map<Source, RTCRtpTransceiver>} */ #transceivers = new Map();
  #awaitsAnswer = false;
  #changed = false;
  #limitMs;
  #send;

  /**
   * @param {object} options
   * @param {RTCIceServer[]} options.iceServers
   * @param {(message: object) => void} options.send
   * @param {() => void} options.onFailed
   */
  constructor({ iceServers, send, onFailed }) {
    this.#connection = new RTCPeerConnection({ iceServers, bundlePolicy: 'max-bundle' });
    this.#limitMs = gatheringLimitMs(iceServers);
    this.#send = send;
    watch(this.#connection, onFailed);
  }

  get connected() {
    return this.#connection.connectionState === 'connected';
  }

  /** See `heard`. */
  async heard() {
    return heard(await statistics(this.#connection));
  }

  /**
   * Sends this track as that source from now on. A source once offered keeps its place for good: what comes and goes
   * is the track in it.
   * @param {Source} source
   * @param {MediaStreamTrack | null} track
   */
  async put(source, track) {
    const known = this.#transceivers.get(source);
    if (known) {
      await known.sender.replaceTrack(track);
    } else if (track) {
      this.#add(source, track);
      await this.#negotiate();
    }
  }

  /** @param {Source} source @param {MediaStreamTrack} track */
  #add(source, track) {
    const transceiver = this.#connection.addTransceiver(track, {
      direction: 'sendonly',
      streams: [new MediaStream([track])],
      sendEncodings: encodings(source, track),
    });
    if (source !== 'microphone') preferVp8(transceiver);
    this.#transceivers.set(source, transceiver);
  }

  async #negotiate() {
    this.#changed = true;
    if (this.#awaitsAnswer) return;
    this.#awaitsAnswer = true;
    // Tracks put in one go make one offer.
    await Promise.resolve();
    this.#changed = false;
    await this.#connection.setLocalDescription(await this.#connection.createOffer());
    await gathered(this.#connection, this.#limitMs);
    this.offer();
  }

  /** Says the offer again that a lost link may have swallowed. */
  offer() {
    if (!this.#awaitsAnswer || !this.#connection.localDescription) return;
    const { sdp } = this.#connection.localDescription;
    this.#send({ type: 'publish', session: this.session, sdp, tracks: this.#published() });
  }

  /** @returns {PublishedTrack[]} */
  #published() {
    return [...this.#transceivers].flatMap(([source, { mid }]) => (mid === null ? [] : [{ mid, source }]));
  }

  /** @param {string} sdp */
  async answer(sdp) {
    if (this.#connection.signalingState !== 'have-local-offer') return;
    await this.#connection.setRemoteDescription({ type: 'answer', sdp });
    this.#awaitsAnswer = false;
    await this.#preferMotion();
    if (this.#changed) await this.#negotiate();
  }

  /** A face should move, a catalogue should be legible. */
  async #preferMotion() {
    for (const [source, { sender }] of this.#transceivers) {
      if (source === 'microphone') continue;
      const preference = source === 'screen' ? 'maintain-resolution' : 'maintain-framerate';
      const parameters = Object.assign(sender.getParameters(), { degradationPreference: preference });
      // Browsers that do not know the preference refuse the whole: then theirs will do.
      await sender.setParameters(parameters).catch(() => undefined);
    }
  }

  /** @returns {Promise<RTCStatsReport>} */
  stats() {
    return this.#connection.getStats();
  }

  close() {
    this.#connection.close();
  }
}

/** @param {RTCRtpTransceiver} transceiver */
function preferVp8(transceiver) {
  const codecs = RTCRtpSender.getCapabilities('video')?.codecs ?? [];
  const wanted = codecs.filter(({ mimeType }) => ['video/vp8', 'video/rtx'].includes(mimeType.toLowerCase()));
  if (wanted.some(({ mimeType }) => mimeType.toLowerCase() === 'video/vp8')) transceiver.setCodecPreferences?.(wanted);
}

export class Receiver {
  /** @type {RTCPeerConnection | null} */ #connection = null;
  /** @type {Promise<void>} */ #work = Promise.resolve();
  #playout = new Playout();
  #ufrag = '';
  #iceServers;
  #send;
  #onTracks;
  #onFailed;

  /**
   * @param {object} options
   * @param {RTCIceServer[]} options.iceServers
   * @param {(message: object) => void} options.send
   * @param {(tracks: RemoteTrack[]) => void} options.onTracks all that is received now
   * @param {() => void} options.onFailed
   */
  constructor({ iceServers, send, onTracks, onFailed }) {
    this.#iceServers = iceServers;
    this.#send = send;
    this.#onTracks = onTracks;
    this.#onFailed = onFailed;
  }

  get answered() {
    return this.#connection !== null;
  }

  get connected() {
    return this.#connection?.connectionState === 'connected';
  }

  /** See `heard`; 0 before the first offer. Holds pictures for as long as they need. */
  async heard() {
    if (!this.#connection) return 0;
    const stats = await statistics(this.#connection);
    this.#hold(stats);
    return heard(stats);
  }

  /** @param {readonly any[]} stats */
  #hold(stats) {
    const target = this.#playout.look(stats, performance.now());
    for (const receiver of this.#connection?.getReceivers() ?? []) {
      // Browsers that do not know it take no notice.
      if (receiver.track.kind === 'video' && receiver.jitterBufferTarget !== target) receiver.jitterBufferTarget = target;
    }
  }

  /** Offers are answered one after another. @param {Subscribe} offer */
  subscribe(offer) {
    this.#work = this.#work.then(() => this.#answer(offer)).catch(() => this.#onFailed());
  }

  /** @param {Subscribe} offer */
  async #answer({ generation, sdp, tracks }) {
    const connection = this.#connectionFor(sdp);
    await connection.setRemoteDescription({ type: 'offer', sdp });
    await connection.setLocalDescription(await connection.createAnswer());
    const answer = await gathered(connection, gatheringLimitMs(this.#iceServers));
    if (connection !== this.#connection) return;
    this.#send({ type: 'subscribed', generation, sdp: answer });
    this.#onTracks(received(connection, tracks));
  }

  /** New ICE credentials mean that the worker began anew, and so must we. @param {string} sdp */
  #connectionFor(sdp) {
    const ufrag = /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1] ?? '';
    if (this.#connection && ufrag === this.#ufrag) return this.#connection;
    this.#connection?.close();
    this.#ufrag = ufrag;
    this.#connection = new RTCPeerConnection({ iceServers: this.#iceServers, bundlePolicy: 'max-bundle' });
    watch(this.#connection, this.#onFailed);
    return this.#connection;
  }

  /** @returns {Promise<RTCStatsReport | null>} */
  async stats() {
    return this.#connection ? this.#connection.getStats() : null;
  }

  close() {
    this.#connection?.close();
    this.#connection = null;
  }
}

/** @param {RTCPeerConnection} connection @param {SubscribedTrack[]} tracks @returns {RemoteTrack[]} */
function received(connection, tracks) {
  const byMid = new Map(connection.getTransceivers().map((transceiver) => [transceiver.mid, transceiver]));
  return tracks.flatMap(({ mid, person, source }) => {
    const track = byMid.get(mid)?.receiver.track;
    return track ? [{ person, source, track }] : [];
  });
}
