/** The socket of docs/protocol.md §1 and the types of its messages: dials, says the first message, notices silence,
 *  dials again until a fatal error or `stop`. */

import { backoffMs, dialMs } from './backoff.js';
import { onNetworkChange } from './network_changes.js';

/** @typedef {'organiser' | 'seller' | 'buyer' | 'interpreter' | 'observer' | 'venue'} Role */
/** @typedef {'microphone' | 'camera' | 'screen'} Source */
/** @typedef {'scheduled' | 'open' | 'closed'} RoomState */
/** @typedef {'ready' | 'unavailable'} WorkerState */

/**
 * @typedef {object} Person
 * @property {string} id
 * @property {Role} role
 * @property {string} name
 * @property {string} company
 * @property {string} speaks
 * @property {string} reads
 * @property {boolean} present
 * @property {boolean} lost present, but not heard any more
 * @property {boolean} microphone
 * @property {boolean} camera
 * @property {boolean} screen
 * @property {string | null} screen_at since when it is shared
 * @property {'nothing' | 'sound' | 'sound_and_picture'} sends of a venue: what the organiser allows it to send
 * @property {Source[]} encoder what an encoder sends in their name
 */

/**
 * @typedef {object} Room
 * @property {string} id
 * @property {string} title
 * @property {RoomState} state
 * @property {string | null} starts_at
 * @property {number} duration_min
 * @property {string | null} opened_at
 * @property {string | null} ends_at
 * @property {string | null} closes_at when it closes by itself
 */

/** @typedef {[number, number]} Span code points from and to, the last not included */
/** @typedef {{text: string, stable: number, marks?: Span[], original_marks?: Span[]}} Translation numbers that disagree
 *  with the original's, in this line and in the original */

/**
 * @typedef {object} Caption
 * @property {'caption'} type
 * @property {string} id
 * @property {number} rev
 * @property {string} speaker
 * @property {'partial' | 'final' | 'corrected'} state
 * @property {string} lang
 * @property {string} text
 * @property {number} stable characters (code points) that will not change again
 * @property {Record<string, Translation>} translations
 * @property {number | null} confidence
 * @property {string[]} flags
 * @property {number} start_ms
 * @property {number} end_ms
 * @property {number} lag_ms
 * @property {string | null} by
 * @property {string | null} by_id
 */

/** One thing in several languages. @typedef {{term: string, translations: Record<string, string>, scope: 'room' | 'event'}} Term */

/** @typedef {{source: string, target: string, via: string[], engine: string}} Route */
/** @typedef {{state: WorkerState, demo: boolean, languages: string[], routes: Route[]}} Transcription */
/**
 * @typedef {object} Recording
 * @property {boolean} allowed the organiser lets people be asked
 * @property {'off' | 'asking' | 'refused' | 'recording' | 'failed'} state
 * @property {number} unanswered people who have not answered yet
 * @property {boolean | null} answer one's own
 * @property {string | null} code why it failed
 */

/** @typedef {{epoch: string | number | null, state: WorkerState}} Media */

/**
 * One interpreter's place.
 * @typedef {object} Seat
 * @property {string} person
 * @property {string | null} into the language spoken; null: one's own, to everybody
 * @property {boolean} air false: on standby, heard by nobody
 * @property {string[]} channels languages spoken into since one went on air
 * @property {boolean} together another may be on the same channel, if they say so too
 * @property {boolean} connected
 */

/** @typedef {{giver: string, taker: string, by: string}} Handover */
/** @typedef {'simultaneous' | 'consecutive'} Mode */
/** @typedef {{mode: Mode, turn: 'speakers' | 'interpreter', seats: Seat[], handovers: Handover[]}} Interpretation */

/**
 * How far the machine's captions go on by themselves.
 * @typedef {object} Machine
 * @property {string[]} holding who holds numbers and names back
 * @property {string[]} held captions of which something is held back
 * @property {string[]} paused whose words the machine does not write down
 */
/** @typedef {{lang: string, find: string, put: string}} Replacement */
/** @typedef {'repeat' | 'repeat_price' | 'slower' | 'one_at_a_time' | 'spell_name'} Wish */
/** @typedef {'both' | 'seller' | 'buyer'} Side */
/** @typedef {'corrected' | 'replaced' | 'stopped' | 'reverted'} Deed */
/** @typedef {{type: 'partner_message', id: number, person: string, name: string, text: string, at: string}} PartnerMessage */

/**
 * @typedef {object} Joined
 * @property {'joined'} type
 * @property {Person} you
 * @property {Room} room
 * @property {Person[]} people
 * @property {Caption[]} captions
 * @property {Media} media
 * @property {Transcription} transcription
 * @property {RTCIceServer[]} ice_servers
 * @property {Term[]} glossary
 * @property {Network[]} networks those that are not good
 * @property {Recording} recording
 * @property {Interpretation} interpretation
 * @property {Machine} machine
 * @property {Replacement[]} replacements
 * @property {PartnerMessage[]} partner_messages
 * @property {HelpCall[]} help
 * @property {Announcement | null} announcement
 * @property {string} now_at
 */

/** @typedef {{mid: string, source: Source}} PublishedTrack */
/** @typedef {{mid: string, person: string, source: Source}} SubscribedTrack */
/** @typedef {{type: 'published', session: string, sdp: string}} Published */
/** @typedef {{type: 'subscribe', generation: number, sdp: string, tracks: SubscribedTrack[]}} Subscribe */
/** Somebody's camera or screen. @typedef {{person: string, source: Source}} Picture */
/** What a network lets a person receive: everything, small pictures, only voices, only captions.
 * @typedef {'full' | 'low' | 'audio' | 'text'} Level */
/** @typedef {'picture_none' | 'picture_small' | 'loss_sent' | 'loss_received' | 'delay' | 'jitter' | 'gaps' | 'freezes'} NetworkReason */
/** What the organiser wrote to everybody. @typedef {{id: string, text: string, said_at: string}} Announcement */
/** Somebody calls the organiser. @typedef {{person: string, since: string}} HelpCall */
/** @typedef {{person: string, grade: 'good' | 'weak' | 'bad', reasons: NetworkReason[]}} Network the worst reason first */
/** @typedef {{source: Source, bps: number, loss: number | null, jitter_ms: number | null}} Flow */
/** @typedef {Omit<Network, 'person'> & {sends: Flow[], receives: Flow[], rtt_ms: number | null, freezes: number, frozen_ms: number}} NetworkRow */
/** @typedef {{type: 'error', code: string, message: string, field?: string, fatal: boolean}} ServerError */

/** @typedef {Pick<Person, 'id' | 'role' | 'name' | 'company' | 'speaks' | 'reads' | 'present' | 'sends'> & {waiting: boolean, came_at: string | null, left_at: string | null, participant: string | null, network: NetworkRow | null}} BoardPerson */
/** @typedef {Room & {event: string, booth: string, extended_min: number, opens_at: string | null, demo: string | null, people: BoardPerson[], present: number, lag_ms: number | null, help: HelpCall[], recording_allowed: boolean, recording: Recording['state'], recording_code: string | null, recordings: number, making_recording: boolean, unmade_recording: string | null}} BoardRoom */
/** @typedef {{media: number, transcription: number}} Workers */
/** @typedef {{type: 'board', rooms: BoardRoom[], workers: Workers, now_at: string}} Board */

/**
 * @typedef {Joined
 *   | {type: 'person', person: Person}
 *   | {type: 'person_removed', id: string}
 *   | {type: 'room', room: Room}
 *   | ({type: 'media'} & Media)
 *   | ({type: 'transcription'} & Transcription)
 *   | Caption
 *   | {type: 'caption_removed', id: string}
 *   | {type: 'glossary', terms: Term[]}
 *   | ({type: 'recording'} & Recording)
 *   | {type: 'ice_servers', ice_servers: RTCIceServer[]}
 *   | {type: 'quality', person: string, level: Level, paused: Picture[]}
 *   | ({type: 'interpretation'} & Interpretation)
 *   | {type: 'network', network: Network}
 *   | ({type: 'machine'} & Machine)
 *   | {type: 'replacements', replacements: Replacement[]}
 *   | {type: 'history', undo: number, redo: number, caption: string | null, changed: number, kind: Deed}
 *   | {type: 'wished', wish: Wish, to: Side, by: string, at: string}
 *   | PartnerMessage
 *   | ({type: 'announcement'} & Announcement)
 *   | {type: 'help', calls: HelpCall[], answered: boolean}
 *   | {type: 'tick', now_at: string}
 *   | Published | Subscribe | ServerError} RoomMessage
 */

/**
 * @typedef {Board
 *   | {type: 'board_room', room: BoardRoom}
 *   | {type: 'board_room_removed', id: string}
 *   | {type: 'board_workers', workers: Workers}
 *   | {type: 'board_networks', room: string, people: Record<string, NetworkRow>}
 *   | {type: 'tick', now_at: string}
 *   | ServerError} BoardMessage
 */

/** What desks are told besides. @typedef {PartnerMessage | {type: 'help', calls: {person: string, since: string}[], answered: boolean} | ({type: 'machine'} & Machine)} DeskMessage */
/**
 * What a page that follows several rooms is told.
 * @typedef {{type: 'following', now_at: string}
 *   | {type: 'of_room', room: string, message: RoomMessage | DeskMessage}
 *   | {type: 'unfollowed', room: string}
 *   | {type: 'tick', now_at: string}
 *   | ServerError} FollowMessage
 */

/** @typedef {'connecting' | 'open' | 'lost' | 'ended'} LinkStatus */

/** When the link was opened and when anything was heard over it last (performance.now). @typedef {{open: boolean, openedAt: number, heardAt: number}} Link */

/** Without any message for so long the connection is dead (the server ticks every 2 s). */
const SILENCE_MS = 6000;
/** In doubt it is asked while another socket is opened: once that is open, it has so long to answer. */
const DOUBT_MS = 250;
/** A dial that began so recently need not be begun anew. */
const RECENT_MS = 1000;

/** @returns {string} */
export function socketUrl() {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
}

/** @template {{type: string}} M */
export class Connection {
  /** @type {Link} */ link = { open: false, openedAt: -Infinity, heardAt: -Infinity };
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {WebSocket | null} opened beside it, in case it is dead */ #spare = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #silence;
  /** @type {(() => void) | null} */ #unlisten = null;
  #failures = 0;
  #dialledAt = -Infinity;
  #wanted = false;

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {() => object} options.first the message that opens the conversation, made anew for every dial
   * @param {(message: M) => void} options.onMessage
   * @param {(status: LinkStatus) => void} options.onStatus `open` once the server has answered
   */
  constructor({ url, first, onMessage, onStatus }) {
    this.url = url;
    this.first = first;
    this.onMessage = onMessage;
    this.onStatus = onStatus;
  }

  start() {
    this.#wanted = true;
    this.#unlisten ??= onNetworkChange(() => this.check());
    this.onStatus('connecting');
    this.#dial();
  }

  /** Ends for good; `last` is said first if the socket still listens. */
  stop(/** @type {object} */ last = {}) {
    if ('type' in last) this.send(last);
    this.#wanted = false;
    this.#unlisten?.();
    this.#unlisten = null;
    clearTimeout(this.#retry);
    this.#drop();
    this.onStatus('ended');
  }

  /**
   * @param {object} message
   * @returns {boolean} whether it went out; what must survive a lost link is said again after `open`
   */
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** The network may be another one: a link that was lost is dialled at once, one that is open must prove it. */
  check() {
    if (!this.#wanted) return;
    if (this.link.open) this.#doubt();
    else if (performance.now() - this.#dialledAt >= RECENT_MS) {
      clearTimeout(this.#retry);
      this.#drop();
      this.#dial();
    }
  }

  /** A socket that comes up while the other, which is asked at the same time, stays silent takes its place. */
  #doubt() {
    if (this.#spare) return;
    this.send({ type: 'alive' });
    const spare = new WebSocket(this.url);
    this.#spare = spare;
    spare.onopen = () => setTimeout(() => this.#spare === spare && this.#replace(spare), DOUBT_MS);
    spare.onclose = () => this.#dropSpare();
  }

  /** @param {WebSocket} spare */
  #replace(spare) {
    this.#spare = null;
    this.#drop();
    this.#use(spare);
    this.#begin(spare);
  }

  /**
   * One that is not open yet is let in first, since browsers complain of the opposite; but not where nothing gets
   * through, since they open sockets to a server one after another and the next would wait for it.
   * @param {boolean} [patiently]
   */
  #dropSpare(patiently = false) {
    const spare = this.#spare;
    this.#spare = null;
    if (!spare) return;
    spare.onclose = null;
    if (patiently && spare.readyState === WebSocket.CONNECTING) spare.onopen = () => spare.close();
    else spare.close();
  }

  #dial() {
    const socket = new WebSocket(this.url);
    this.#dialledAt = performance.now();
    this.#use(socket);
    socket.onopen = () => this.#begin(socket);
  }

  /** @param {WebSocket} socket an open one */
  #begin(socket) {
    this.#expect(dialMs(this.#failures));
    socket.send(JSON.stringify(this.first()));
  }

  /** @param {WebSocket} socket */
  #use(socket) {
    this.#socket = socket;
    this.#expect(dialMs(this.#failures));
    socket.onmessage = (event) => this.#receive(String(event.data));
    socket.onclose = () => this.#lost(backoffMs(this.#failures));
  }

  /** @param {string} data */
  #receive(data) {
    this.#expect(SILENCE_MS);
    this.#dropSpare(true);
    this.link.heardAt = performance.now();
    /** @type {M} */
    const message = JSON.parse(data);
    const fatal = message.type === 'error' && 'fatal' in message && message.fatal === true;
    if (!this.link.open && !fatal) {
      this.link.open = true;
      this.link.openedAt = this.link.heardAt;
      this.#failures = 0;
      this.onStatus('open');
    }
    this.onMessage(message);
    if (fatal) this.stop();
  }

  /** Without another message within this time the link is lost; that was waiting enough. @param {number} withinMs */
  #expect(withinMs) {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lost(0), withinMs);
  }

  /** @param {number} waitMs */
  #lost(waitMs) {
    this.#drop();
    if (!this.#wanted) return;
    this.onStatus('lost');
    this.#retry = setTimeout(() => this.#dial(), waitMs);
    this.#failures += 1;
  }

  #drop() {
    clearTimeout(this.#silence);
    this.#dropSpare();
    this.link.open = false;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
