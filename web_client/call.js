/** The two connections of a page for the life of its place in the room: made, kept and made anew by epoch. */

import { backoffMs } from './backoff.js';
import { Publisher, Receiver } from './peer.js';

/** @import {Media, Published, Source, Subscribe} from './protocol.js' */
/** @import {RemoteTrack} from './peer.js' */

/** Refusals of an offer that another attempt may well get past. What is missing here (a room that is not open, too many
 *  messages) would be refused again, or for the attempt itself. */
const WORTH_RETRYING = ['bad_sdp', 'connection_lost', 'internal', 'media_timeout', 'media_unavailable', 'no_free_port', 'no_such_peer'];

export class Call {
  /** @type {Publisher | null} */ #publisher = null;
  /** @type {Receiver | null} */ #receiver = null;
  /** @type {Map<Source, MediaStreamTrack>} what we send, over every connection that comes */ #tracks = new Map();
  /** @type {Media['epoch']} */ #epoch = null;
  /** @type {RTCIceServer[]} */ #iceServers = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #repair;
  #failures = 0;
  #ready = false;
  #send;
  #onTracks;

  /**
   * @param {object} options
   * @param {(message: object) => void} options.send
   * @param {(tracks: RemoteTrack[]) => void} options.onTracks all that is received now
   */
  constructor({ send, onTracks }) {
    this.#send = send;
    this.#onTracks = onTracks;
  }

  /**
   * We are in the room (again): connections of the same worker's life are kept.
   * @param {Media} media
   * @param {RTCIceServer[]} iceServers
   */
  joined(media, iceServers) {
    this.#iceServers = iceServers;
    const kept = this.#ready && media.state === 'ready' && media.epoch === this.#epoch;
    this.media(media);
    if (!kept) return;
    this.#publisher?.offer();
    if (this.#receiver && !this.#receiver.answered) this.#send({ type: 'receive' });
  }

  /** New credentials for the connections that are made from now on. @param {RTCIceServer[]} iceServers */
  relays(iceServers) {
    this.#iceServers = iceServers;
  }

  /** @param {Media} media */
  media({ epoch, state }) {
    if (state !== 'ready') {
      this.#ready = false;
      return;
    }
    const same = epoch === this.#epoch && this.#receiver !== null;
    this.#ready = true;
    this.#epoch = epoch;
    if (same) return;
    this.#failures = 0;
    this.#connect();
  }

  #connect() {
    clearTimeout(this.#repair);
    this.#publisher?.close();
    this.#receiver?.close();
    this.#publisher = null;
    this.#receiver = new Receiver({
      iceServers: this.#iceServers,
      send: this.#send,
      onTracks: this.#onTracks,
      onFailed: () => this.failed(),
    });
    this.#send({ type: 'receive' });
    for (const [source, track] of this.#tracks) void this.#publish(source, track);
  }

  /** Whether everything that we send or wait for gets through; without anything of the kind it does. */
  get through() {
    if (!this.#ready) return false;
    return (this.#publisher?.connected ?? true) && (!this.#receiver?.answered || this.#receiver.connected);
  }

  /** @returns {Promise<any[]>} what the browser counts of both connections (RTCStats) */
  async stats() {
    const reports = await Promise.all([this.#publisher?.stats(), this.#receiver?.stats()]);
    return reports.flatMap((report) => (report ? [...report.values()] : []));
  }

  /** A connection broke, or the worker could not use what we said: both are made anew after a wait. */
  failed() {
    if (!this.#ready) return;
    clearTimeout(this.#repair);
    this.#repair = setTimeout(() => this.#ready && this.#connect(), backoffMs(this.#failures));
    this.#failures += 1;
  }

  /**
   * @param {string} code of a refusal
   * @returns {boolean} whether it was about our connections, which are made anew
   */
  refused(code) {
    if (!WORTH_RETRYING.includes(code)) return false;
    this.failed();
    return true;
  }

  /** @param {Published} message */
  async published({ session, sdp }) {
    if (this.#publisher?.session !== session) return;
    try {
      await this.#publisher.answer(sdp);
    } catch {
      this.failed();
    }
  }

  /** @param {Subscribe} offer */
  subscribe(offer) {
    this.#receiver?.subscribe(offer);
  }

  /**
   * @param {Source} source
   * @param {MediaStreamTrack | null} track null stops sending it
   */
  async put(source, track) {
    if (track) this.#tracks.set(source, track);
    else this.#tracks.delete(source);
    if (this.#ready) await this.#publish(source, track);
  }

  /**
   * Whoever has nothing to send makes no publishing connection.
   * @param {Source} source
   * @param {MediaStreamTrack | null} track
   */
  async #publish(source, track) {
    if (!this.#publisher && !track) return;
    this.#publisher ??= new Publisher({
      iceServers: this.#iceServers,
      send: this.#send,
      onFailed: () => this.failed(),
    });
    const publisher = this.#publisher;
    try {
      await publisher.put(source, track);
    } catch {
      // A connection that was closed meanwhile may complain; the one that follows it sends the same tracks.
      if (publisher === this.#publisher) this.failed();
    }
  }

  close() {
    this.#ready = false;
    clearTimeout(this.#repair);
    this.#publisher?.close();
    this.#receiver?.close();
    this.#receiver = null;
  }
}
