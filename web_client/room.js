/** The page of a room: the join step, then the room, then the end. Wires socket, state, media and views together. */

import { ApiError, invitation } from './api.js';
import { Call } from './call.js';
import { onLanguage, startLanguage } from './i18n.js';
import { LocalMedia } from './local_media.js';
import { randomId } from './peer.js';
import { maySend } from './permissions.js';
import { Connection, socketUrl } from './protocol.js';
import { Reception } from './reception.js';
import { ScreenShare } from './screen_share.js';
import { reduce, self, start } from './state.js';
import { WakeLock } from './wake_lock.js';
import { endedView } from './views/ended.js';
import { isCalling } from './views/help.js';
import { joinView } from './views/join.js';
import { RoomPage } from './views/room.js';

/** @import {RemoteTrack} from './peer.js' */
/** @import {RoomMessage, Source} from './protocol.js' */
/** @import {Action, RoomView} from './state.js' */
/** @import {Choice, Place} from './views/join.js' */

/** So often the server hears how pictures and sound come through (ms). */
const RECEPTION_MS = 5000;

/** A room that is not open yet is asked for again (ms). */
const ASK_AGAIN_MS = 3000;

/** Whoever only watches is not asked for a camera; a hall's screen has no keyboard and joins by itself. */
const WATCHERS = ['organiser', 'observer', 'venue'];

const DEAD_LINK = ['unknown_link', 'revoked_link'];

/** Ends that even a hall's screen, which comes back by itself from every other, does not come back from. */
const FOR_GOOD = [...DEAD_LINK, 'left', 'replaced'];

class Visit {
  /** @type {RoomView} */ #state = start;
  /** @type {readonly RemoteTrack[]} */ #tracks = [];
  /** @type {Map<Source, MediaStreamTrack | null>} */ #sent = new Map();
  #reception = new Reception();
  #screen = new ScreenShare(() => this.#sendMedia());
  #awake = new WakeLock();
  #session = randomId();
  /** @type {string | undefined} the server's clock, as it was heard last */ #since;
  #drawing = false;
  /** What the hall was allowed to send when one looked last. */ #hall = 'nothing';
  #token;
  #media;
  #choice;
  #title;
  #early;
  #returns;

  /**
   * @param {string} token
   * @param {Choice} choice
   * @param {LocalMedia} media
   * @param {Place | null} place what the link is for, as far as one knows
   */
  constructor(token, choice, media, place) {
    this.#token = token;
    this.#media = media;
    this.#choice = choice;
    this.#title = place?.room.title ?? '';
    this.#early = place?.room.state === 'scheduled';
    this.#returns = place?.you.role === 'venue';
    this.connection = new Connection({
      url: socketUrl(),
      first: () => ({ type: 'join', token, session: this.#session, since: this.#since, ...this.#choice, ...interprets(this.#state), help: isCalling(this.#state) }),
      onMessage: (/** @type {RoomMessage} */ message) => this.#receive(message),
      onStatus: (status) => this.#apply({ type: 'link', status }),
    });
    this.call = new Call({
      send: (message) => this.connection.send(message),
      link: this.connection.link,
      onTracks: (tracks) => {
        this.#tracks = tracks;
        this.#draw();
      },
      onDoubt: () => this.connection.check(),
    });
    this.page = new RoomPage(media, {
      onShare: () => void this.#screen.toggle(),
      onLeave: () => this.leave(),
      onCorrect: (correction) => this.connection.send({ type: 'correct', ...correction }),
      onTerm: (change) => this.connection.send({ type: 'term', ...change }),
      onRemoveTerm: (term) => this.connection.send({ type: 'remove_term', term }),
      onLanguages: (speaks, reads) => this.#speak(speaks, reads),
      onConsent: (recording) => this.connection.send({ type: 'consent', recording }),
      onInterpret: (message) => this.connection.send(message),
      onDesk: (message) => this.connection.send(message),
      onHelp: (wanted) => this.connection.send({ type: 'help', wanted }),
      onAnswerHelp: () => this.connection.send({ type: 'answer_help' }),
    });
  }

  begin() {
    document.body.replaceChildren(this.#early ? endedView('room_not_open', this.#title) : this.page.element);
    this.#media.onChange((changed) => changed && this.#sendMedia());
    onLanguage(() => this.#draw());
    setInterval(() => this.#draw(), 1000);
    setInterval(() => void this.#tellReception(), RECEPTION_MS);
    addEventListener('pagehide', () => this.connection.send({ type: 'leave' }));
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.page.awake());
    this.#sendMedia();
    this.connection.start();
  }

  /** @param {RoomMessage} message */
  #receive(message) {
    const held = this.#state.you !== null && this.#state.machine.holding.includes(this.#state.you);
    this.#apply(message);
    if ('now_at' in message) this.#since = message.now_at;
    if (message.type === 'joined') {
      this.#title = message.room.title;
      if (!this.page.element.isConnected) document.body.replaceChildren(this.page.element);
      this.call.joined(message.media, message.ice_servers);
      this.#awake.start();
      this.#followHall();
      this.#sayState();
      // A server that was started anew holds nothing back.
      if (held && !message.machine.holding.includes(message.you.id)) this.connection.send({ type: 'hold', on: true });
    } else if (message.type === 'media') this.call.media(message);
    else if (message.type === 'ice_servers') this.call.relays(message.ice_servers);
    else if (message.type === 'person' && message.person.id === this.#state.you) this.#followHall();
    else if (message.type === 'published') void this.call.published(message);
    else if (message.type === 'subscribe') this.call.subscribe(message);
    else if (message.type === 'error') this.#refused(message.code, message.message);
    if (this.#state.end) this.#end(this.#state.end);
  }

  /** @param {string} code @param {string} message */
  #refused(code, message) {
    if (!this.call.refused(code)) this.page.refused(code, message);
  }

  /** @param {Action} action */
  #apply(action) {
    this.#state = reduce(this.#state, action, Date.now());
    this.#draw();
  }

  /** At most once a frame, however many messages came. */
  #draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    setTimeout(() => {
      this.#drawing = false;
      const flow = { tracks: this.#tracks, screen: this.#screen, through: this.call.through };
      if (this.page.element.isConnected) this.page.render(this.#state, flow, Date.now());
    }, 16);
  }

  /** What is seen of the others' pictures and sound; nothing while the page lies hidden, for then nothing is drawn. */
  async #tellReception() {
    if (document.hidden || !this.call.through) return;
    const stats = await this.call.stats().catch(() => []);
    const report = this.#reception.look(stats, performance.now());
    if (report) this.connection.send(report);
  }

  /** In a hall nobody presses anything: its devices are on exactly when the organiser allows it. */
  #followHall() {
    const me = self(this.#state);
    if (me?.role !== 'venue') return;
    const may = maySend(me);
    const kinds = /** @type {const} */ (['microphone', 'camera']);
    for (const kind of kinds) if (!may.includes(kind)) this.#media.release(kind);
    const wanted = kinds.filter((kind) => may.includes(kind) && !this.#media.devices[kind].on);
    if (wanted.length > 0 && this.#hall !== me.sends) void this.#media.open(wanted);
    this.#hall = me.sends;
  }

  /** Sends the devices as they are now, and says so. */
  #sendMedia() {
    this.#put('microphone', this.#media.sentMicrophone);
    this.#put('camera', this.#media.devices.camera.track);
    this.#put('screen', this.#screen.track);
    this.#sayState();
    this.#draw();
  }

  /** @param {Source} source @param {MediaStreamTrack | null} track */
  #put(source, track) {
    if ((this.#sent.get(source) ?? null) === track) return;
    this.#sent.set(source, track);
    void this.call.put(source, track);
  }

  #sayState() {
    this.connection.send({
      type: 'state',
      microphone: this.#media.active('microphone'),
      camera: this.#media.active('camera'),
      screen: this.#screen.track !== null,
    });
  }

  /** @param {string} speaks @param {string} reads */
  #speak(speaks, reads) {
    this.#choice = { ...this.#choice, speaks, reads };
    this.connection.send({ type: 'languages', speaks, reads });
  }

  /** A room that is yet to open is waited for; one that is over is over, but a hall's screen waits for it to open again. */
  async #wait() {
    const place = await invitation(this.#token).catch(() => null);
    if (place?.room.state !== 'closed') setTimeout(() => this.connection.start(), ASK_AGAIN_MS);
    else if (this.#returns) setTimeout(() => void this.#wait(), ASK_AGAIN_MS);
    else this.#end('room_closed');
  }

  leave() {
    this.#apply({ type: 'left' });
    this.connection.stop({ type: 'leave' });
    this.#end('left');
  }

  /** @param {string} code */
  #end(code) {
    // The text for participants was changed: it is on the page before the room.
    if (code === 'notice_not_accepted') return location.reload();
    this.call.close();
    this.#awake.stop();
    // The same again would only flicker.
    if (!document.querySelector(`[data-ended="${code}"]`)) document.body.replaceChildren(endedView(code, this.#title));
    if (code === 'room_not_open' || (this.#returns && !FOR_GOOD.includes(code))) {
      void this.#wait();
      return;
    }
    this.#screen.stop();
    this.page.close();
    this.#media.close();
  }
}

/** How one interprets, for a server that was started anew meanwhile. @param {RoomView} state */
function interprets({ interpretation: { mode, seats }, you }) {
  const seat = seats.find(({ person }) => person === you);
  return seat ? { interprets: { into: seat.into, air: seat.air, together: seat.together, mode } } : {};
}

/** Where the link is no good, that is all there is to show. @param {LocalMedia} media @param {string} token */
async function main(media, token) {
  const [place] = await Promise.all([invitation(token).catch((error) => /** @type {ApiError} */ (error)), startLanguage()]);
  if (place instanceof ApiError && DEAD_LINK.includes(place.code)) {
    document.body.replaceChildren(endedView(place.code, ''));
    return;
  }
  const known = place instanceof ApiError ? null : place;
  const onJoin = (/** @type {Choice} */ choice) => new Visit(token, choice, media, known).begin();
  document.body.replaceChildren(joinView({ place: known, media, onJoin }));
  const comes = known?.you.role === 'organiser' ? location.hash : '';
  if (comes === '#speak') await media.open(['microphone']);
  if (known && (known.you.role === 'venue' || comes === '#listen' || comes === '#speak')) onJoin(known.you);
  else if (!known || !WATCHERS.includes(known.you.role)) await media.open(['microphone', 'camera']);
}

// A page that the browser kept has no connections any more.
addEventListener('pageshow', (event) => event.persisted && location.reload());
void main(new LocalMedia(), decodeURIComponent(location.pathname.split('/').filter(Boolean).at(-1) ?? ''));
