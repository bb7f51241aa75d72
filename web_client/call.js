/** The two connections of a page for the life of its place in the room: made, kept and made anew by epoch. */

import { backoffMs } from './backoff.js';
import { Publisher, Receiver } from './peer.js';
import { Pulse } from './pulse.js';

/** @import {Link, Media, Published, Source, Subscribe} from './protocol.js' */
/** @import {RemoteTrack} from './peer.js' */

/** Refusals of an offer that another attempt may well get past. What is missing here (a room that is not open, too many
 *  messages) would be refused again, or for the attempt itself. */
const WORTH_RETRYING = ['bad_sdp', 'connection_lost', 'internal', 'media_timeout', 'media_unavailable', 'no_free_port', 'no_such_peer'];

/** How often one looks whether the connections still live (ms). */
const LOOK_MS = 250;

export class Call {
  /** @type {Publisher | null} */ #publisher = null;
  /** @type {Receiver | null} */ #receiver = null;
  /** @type {Map<Source, MediaStreamTrack>} what we send, over every connection that comes */ #tracks = new Map();
  /** @type {Media['epoch']} */ #epoch = null;
  /** @type {RTCIceServer[]} */ #iceServers = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #repair;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #look;
  /** @type {WeakMap<Publisher | Receiver, Pulse>} */ #pulses = new WeakMap();
  #both = new Pulse();
  #broken = false;
  #failures = 0;
  #ready = false;
  #send;
  #link;
  #onTracks;
  #onDoubt;

  /**
   * @param {object} options
   * @param {(message: object) => void} options.send
   * @param {Readonly<Link>} options.link to the server
   * @param {(tracks: RemoteTrack[]) => void} options.onTracks all that is received now
   * @param {() => void} options.onDoubt everything is silent: the network may be away, or another one
   */
  constructor({ send, link, onTracks, onDoubt }) {
    this.#onDoubt = onDoubt;
    this.#send = send;
    this.#link = link;
    this.#onTracks = onTracks;
  }

  /**
   * We are in the room (again): connections of the same worker's life are kept.
   * @param {Media} media
   * @param {RTCIceServer[]} iceServers
   */
  joined(media, iceServers) {
    this.#iceServers = iceServers;
    this.#ready = false;
    this.media(media);
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
    const back = !this.#ready;
    this.#ready = true;
    this.#epoch = epoch;
    if (!same || back) this.#failures = 0;
    if (!same || this.#broken) this.#connect();
    else if (back) this.#repeat();
  }

  /** What may have been lost with the link. */
  #repeat() {
    this.#publisher?.offer();
    if (!this.#receiver?.answered) this.#send({ type: 'receive' });
  }

  #connect() {
    clearTimeout(this.#repair);
    this.#broken = false;
    this.#receive();
    this.#publishAll();
    this.#look ??= setTimeout(() => void this.#watch(), LOOK_MS);
  }

  #publishAll() {
    this.#publisher?.close();
    this.#publisher = null;
    for (const [source, track] of this.#tracks) void this.#publish(source, track);
  }

  #receive() {
    this.#receiver?.close();
    this.#receiver = new Receiver({
      iceServers: this.#iceServers,
      send: this.#send,
      onTracks: this.#onTracks,
      onFailed: () => this.failed(),
    });
    this.#send({ type: 'receive' });
  }

  /** Makes the one anew that has died while the network lives, long before the browser says so. */
  async #watch() {
    const look = this.#look;
    const [publisher, receiver] = [this.#publisher, this.#receiver];
    const sent = await publisher?.heard() ?? 0;
    const received = await receiver?.heard() ?? 0;
    const [out, back] = [this.#pulse(publisher), this.#pulse(receiver)];
    const now = performance.now();
    out.sample(sent, now);
    back.sample(received, now);
    this.#both.sample(sent + received, now);
    const current = publisher === this.#publisher && receiver === this.#receiver;
    if (current && this.#ready && this.#link.open) {
      const since = this.#link.openedAt;
      const [lost, deaf] = [out.stopped(now, this.#link), back.stopped(now, this.#link)];
      // They share a network: where one did not survive its absence, the other is not waited for.
      if (lost || (deaf && out.silentSince(since))) this.#publishAll();
      if (deaf || (lost && back.silentSince(since))) this.#receive();
      if (this.#both.doubtful(now, this.#link)) this.#onDoubt();
    }
    if (look === this.#look) this.#look = setTimeout(() => void this.#watch(), LOOK_MS);
  }

  /** @param {Publisher | Receiver | null} peer */
  #pulse(peer) {
    const pulse = (peer && this.#pulses.get(peer)) ?? new Pulse();
    if (peer) this.#pulses.set(peer, pulse);
    return pulse;
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

  /** A connection broke, or the worker could not use what we said: both are made anew after a wait, or once the link
   *  to the server is back. */
  failed() {
    if (!this.#ready) return;
    this.#broken = true;
    clearTimeout(this.#repair);
    this.#repair = setTimeout(() => this.#ready && this.#link.open && this.#connect(), backoffMs(this.#failures));
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
    if (this.#ready || this.#publisher) await this.#publish(source, track);
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
    clearTimeout(this.#look);
    this.#look = undefined;
    this.#publisher?.close();
    this.#receiver?.close();
    this.#publisher = this.#receiver = null;
  }
}
