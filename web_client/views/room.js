/** The room as a whole: which parts there are and how they stand to each other. */

import { untranslated, unheard } from '../coverage.js';
import { languageName } from '../i18n.js';
import { seatOf, standbyLast } from '../interpretation.js';
import { maySend } from '../permissions.js';
import { recall, remember } from '../preferences.js';
import { PushToTalk } from '../push_to_talk.js';
import { heardSpeaking, self, weakness } from '../state.js';
import { AnnouncementNotice } from './announcement.js';
import { Controls } from './controls.js';
import { Desk } from './desk.js';
import { DeviceNotices } from './device_notices.js';
import { h, setAttribute } from './dom.js';
import { Floating } from './floating.js';
import { isCalling, mayCall, tellHelp } from './help.js';
import { Interpreting } from './interpreting.js';
import { NetworkSign } from './network_sign.js';
import { Listeners } from './listeners.js';
import { Notices } from './notices.js';
import { Overlay } from './overlay.js';
import { RecordingView } from './recording.js';
import { rememberedLook, settings } from './settings.js';
import { Stage } from './stage.js';
import { StatusBar } from './status.js';
import { tellTime } from './time_notices.js';
import { Transcript } from './transcript.js';
import { WishNotice } from './wish_notice.js';

/** @import {LocalMedia} from '../local_media.js' */
/** @import {RemoteTrack} from '../peer.js' */
/** @import {ShareProblem} from '../screen_share.js' */
/** @import {RoomView} from '../state.js' */
/** @import {Correction} from './line_editor.js' */
/** @import {Look} from './settings.js' */
/** @import {TermChange} from './term_table.js' */

/** So long a microphone may be on without any sound before one is told (ms). */
const SILENT_MS = 8000;
/** So long picture and sound may take to get through before one is told (ms). */
const BLOCKED_MS = 6000;
/** So long the link to the server may be lost before one is told more than that it is (ms). */
const AWAY_MS = 3000;
const PULL = 'sangdam models pull';

/** What one shares. @typedef {{track: MediaStreamTrack | null, problem: ShareProblem | null}} Screen */

/**
 * Picture and sound.
 * @typedef {object} Flow
 * @property {readonly RemoteTrack[]} tracks all that is received
 * @property {Screen} screen one's own
 * @property {boolean} through whether they get through
 */

/**
 * @typedef {object} Handlers
 * @property {() => void} onShare
 * @property {() => void} onLeave
 * @property {(correction: Correction) => void} onCorrect
 * @property {(change: TermChange) => void} onTerm
 * @property {(term: string) => void} onRemoveTerm
 * @property {(speaks: string, reads: string) => void} onLanguages
 * @property {(agreed: boolean) => void} onConsent to being recorded
 * @property {(message: object) => void} onInterpret
 * @property {(message: object) => void} onDesk
 * @property {(wanted: boolean) => void} onHelp
 * @property {() => void} onAnswerHelp
 */

export class RoomPage {
  #bar = new StatusBar();
  #listeners = new Listeners();
  #announcement = new AnnouncementNotice();
  #passing = new Notices('passing');
  #lasting = new Notices('lasting');
  #overlay = new Overlay();
  #wish = new WishNotice();
  #transcript = new Transcript(() => this.#toggleTranscript(false));
  /** @type {HTMLElement | null} */ #settings = null;
  /** @type {RoomView | null} */ #state = null;
  #blocked = false;
  #silentSince = 0;
  #throughAt = Date.now();
  #linkedAt = Date.now();
  /** @type {Flow} */ #flow = { tracks: [], screen: { track: null, problem: null }, through: true };
  #stage;
  #desk;
  #controls;
  #recording;
  #network;
  #deviceNotices;
  #interpreting;
  #talk;
  #floating = new Floating(() => this.#refresh());

  /** @param {LocalMedia} media @param {Handlers} handlers */
  constructor(media, handlers) {
    this.media = media;
    this.handlers = handlers;
    this.#stage = new Stage(media.output, () => this.#blockedSound(true), () => this.#refresh());
    this.#desk = new Desk(handlers);
    this.#recording = new RecordingView(handlers.onConsent);
    this.#bar.add(this.#recording.chip);
    this.#bar.add(this.#listeners.element);
    this.#lasting.element.append(this.#recording.element);
    this.#interpreting = new Interpreting(media, { onInterpret: handlers.onInterpret, onListen: () => this.#refresh() });
    this.#network = new NetworkSign(() => void this.media.turn('camera', false));
    this.#bar.add(this.#network.element);
    this.#controls = new Controls((action) => this.#act(action));
    this.element = h('div', { class: 'room', 'data-transcript': recall('transcript', innerWidth > 900 ? 'open' : 'closed'), 'data-sheet': 'closed', 'data-desk': 'undecided' },
      this.#bar.element,
      h('div', { class: 'band' }, this.#lasting.element, this.#interpreting.element),
      h('main', { class: 'picture' }, this.#stage.element, this.#overlay.element, this.#wish.element, this.#passing.element),
      this.#transcript.element,
      this.#controls.element);
    this.#talk = new PushToTalk(media);
    this.#talk.attach(this.#controls.microphone);
    this.#look(rememberedLook());
    media.onChange(() => this.#controls.showLevel(media.level));
    this.#deviceNotices = new DeviceNotices(media, this.#passing);
  }

  /** @param {Look} look */
  #look({ size, original }) {
    this.element.dataset['size'] = size;
    this.element.dataset['originals'] = original ? 'on' : 'off';
  }

  /** @param {import('./controls.js').Action} action */
  #act(action) {
    if (action === 'mic' && this.media.standby) this.#interpreting.wake();
    else if (action === 'mic' && this.#talk.on) return;
    else if (action === 'mic') void this.media.turn('microphone', !this.media.active('microphone'));
    else if (action === 'camera') void this.media.turn('camera', !this.media.active('camera'));
    else if (action === 'other-camera') void this.media.flip();
    else if (action === 'float') void this.#floating.toggle(this.#stage.large);
    else if (action === 'share') this.handlers.onShare();
    else if (action === 'leave') this.handlers.onLeave();
    else if (action === 'captions') this.#toggleSettings();
    else if (action === 'help') this.handlers.onHelp(!this.#calling);
    else if (action === 'listen') this.#toggleSound();
    else if (action === 'transcript') this.#toggleTranscript(!this.#transcriptOpen);
    else this.#toggleDesk(this.element.dataset['desk'] !== 'on');
  }

  get #calling() {
    return this.#state !== null && isCalling(this.#state);
  }

  #toggleSettings() {
    if (this.#settings?.isConnected) {
      this.#settings.remove();
      this.#controls.focus('captions');
    } else if (this.#state) {
      const me = self(this.#state);
      this.#settings ??= settings({
        media: this.media,
        talk: this.#talk,
        speaks: me?.speaks ?? 'en',
        reads: me?.reads ?? 'en',
        onLook: (look) => this.#look(look),
        onLanguages: this.handlers.onLanguages,
        onClose: () => this.#toggleSettings(),
      });
      this.element.append(this.#settings);
      this.#settings.querySelector('input')?.focus();
    }
    this.#refresh();
  }

  #toggleSound() {
    this.#interpreting.toggle(this.element, () => this.#refresh());
    if (!this.#interpreting.open) this.#controls.focus('listen');
  }

  /** On a phone held upright the transcript is always there, and opens to a sheet. */
  get #panel() {
    return matchMedia('(max-width: 900px) and (orientation: portrait)').matches ? 'sheet' : 'transcript';
  }

  get #transcriptOpen() {
    return this.element.dataset[this.#panel] === 'open';
  }

  /** @param {boolean} open */
  #toggleTranscript(open) {
    const wanted = open ? 'open' : 'closed';
    this.element.dataset[this.#panel] = wanted;
    if (this.#panel === 'transcript') remember('transcript', wanted);
    this.#refresh();
  }

  /** @param {boolean} on */
  #toggleDesk(on) {
    this.element.dataset['desk'] = on ? 'on' : 'off';
    if (on) this.#transcript.element.replaceWith(this.#desk.element);
    else if (this.#desk.element.isConnected) this.#desk.element.replaceWith(this.#transcript.element);
    this.#refresh();
  }

  /** @param {boolean} blocked */
  #blockedSound(blocked) {
    this.#blocked = blocked;
    if (!blocked) this.#stage.start();
    this.#refresh();
  }

  /** The page is in sight again: what the system paused goes on. */
  awake() {
    this.#stage.start();
    this.#refresh();
  }

  /** One is out of the room: nothing listens any more. */
  close() {
    this.#talk.close();
    this.#floating.close();
  }

  #refresh() {
    if (this.#state) this.render(this.#state, this.#flow, Date.now());
  }

  /**
   * @param {RoomView} state
   * @param {Flow} flow
   * @param {number} nowMs
   */
  render(state, flow, nowMs) {
    this.#state = state;
    this.#flow = flow;
    const { tracks, screen } = flow;
    if (state.link === 'open' || state.you === null) this.#linkedAt = nowMs;
    // While the link is lost that is what is said, and afterwards they have a while to get through again.
    if (flow.through || state.link !== 'open') this.#throughAt = nowMs;
    const me = self(state);
    const mayCorrect = me?.role === 'interpreter' || me?.role === 'organiser';
    if (me && this.element.dataset['desk'] === 'undecided') this.#toggleDesk(me.role === 'interpreter');
    const { microphone, camera } = this.media.devices;
    this.#bar.render(state, nowMs - this.#throughAt < BLOCKED_MS, nowMs - this.#linkedAt, nowMs);
    this.#stage.render(standbyLast(state), tracks, {
      camera: camera.on ? camera.track : null,
      screen: screen.track,
      mirrored: this.media.mirrored,
      microphone: microphone.on && microphone.track !== null,
    });
    setAttribute(this.element, 'data-shared', this.#stage.shared);
    this.#interpreting.render(state, tracks, this.#stage.element);
    const subtitled = { ...state, captions: this.#interpreting.subtitles(state) };
    this.#overlay.render(subtitled, nowMs);
    this.#wish.render(state, mayCorrect);
    this.#floating.render(subtitled, this.#stage.large, nowMs);
    const may = me ? maySend(me) : [];
    setAttribute(this.element, 'data-sends', may.join(' '));
    this.media.hall.propose(me?.role === 'venue');
    this.media.hall.follow(tracks);
    if (this.element.dataset['desk'] === 'on') this.#desk.render(state);
    else this.#transcript.render(state);
    this.#controls.render({
      mic: this.media.active('microphone'),
      camera: this.media.active('camera'),
      share: screen.track !== null,
      may,
      hold: this.#talk.on,
      flip: this.media.flippable,
      float: this.#floating.on,
      captions: this.#settings?.isConnected ?? false,
      listen: this.#interpreting.open,
      interpreted: state.people.some(({ role }) => role === 'interpreter'),
      hears: this.#interpreting.hears(state),
      help: mayCall(me?.role) ? this.#calling : null,
      transcript: this.#transcriptOpen,
      desk: this.element.dataset['desk'] === 'on',
      mayCorrect,
    });
    this.#recording.render(state.recording, me !== null && me.role !== 'organiser' && me.role !== 'venue');
    setAttribute(this.element, 'data-role', me?.role ?? null);
    this.#notify(state, nowMs);
  }

  /** @param {RoomView} state @param {number} nowMs */
  #notify(state, nowMs) {
    const { microphone } = this.media.devices;
    const silent = microphone.track !== null && this.media.active('microphone') && !this.media.heard;
    if (!silent) this.#silentSince = 0;
    else if (this.#silentSince === 0) this.#silentSince = nowMs;
    const notices = this.#passing;
    notices.show('notice.sound', this.#blocked, { action: () => this.#blockedSound(false) });
    this.#lasting.show('notice.demo', state.transcription.demo, { command: PULL });
    this.#lasting.show('notice.sharing', this.#flow.screen.track !== null, { action: this.handlers.onShare, does: 'stop-share' });
    for (const problem of ['denied', 'failed']) notices.show(`notice.share_${problem}`, this.#flow.screen.problem === problem);
    this.#tellCoverage(state);
    notices.show('notice.silent', silent && nowMs - this.#silentSince > SILENT_MS);
    notices.show('notice.link_lost', nowMs - this.#linkedAt >= AWAY_MS);
    notices.show('notice.media_away', state.link === 'open' && state.media.state !== 'ready');
    notices.show('notice.media_blocked', state.media.state === 'ready' && nowMs - this.#throughAt > BLOCKED_MS);
    notices.show('notice.captions_away', state.link === 'open' && state.transcription.state !== 'ready');
    for (const weak of ['low', 'some', 'audio', 'text']) notices.show(`notice.weak_${weak}`, weakness(state) === weak);
    this.#announcement.render(state, this.#lasting);
    this.#listeners.render(state.people, state.you);
    tellTime(state, notices, nowMs);
    tellHelp(state, { lasting: this.#lasting, passing: notices }, this.handlers);
    this.#tellEncoder(state);
    this.#network.render(state, this.media.active('camera'), notices);
    this.#askLanguage(state, nowMs);
    this.#deviceNotices.render(nowMs);
  }

  /** Who mutes here must know that their encoder goes on. @param {RoomView} state */
  #tellEncoder({ people, you }) {
    const sent = people.find(({ id }) => id === you)?.encoder ?? [];
    const [sound, picture] = [sent.includes('microphone'), sent.includes('camera')];
    this.#lasting.show('notice.encoder', sound && picture);
    this.#lasting.show('notice.encoder_sound', sound && !picture);
    this.#lasting.show('notice.encoder_picture', picture && !sound);
  }

  /** Whoever speaks another language than they said is asked; one press changes it. @param {RoomView} state @param {number} nowMs */
  #askLanguage(state, nowMs) {
    const me = self(state);
    const { into, together } = seatOf(state.interpretation, state.you);
    const lang = heardSpeaking(state, nowMs + state.clockMs, into);
    const reads = me?.reads ?? 'en';
    const values = { heard: languageName(lang ?? reads), chosen: languageName(into ?? me?.speaks ?? reads) };
    this.#passing.show('notice.other_language', lang !== null && into === null, {
      action: () => lang && this.handlers.onLanguages(lang, reads),
      values,
    });
    this.#passing.show('notice.wrong_channel', lang !== null && into !== null, {
      action: () => this.handlers.onInterpret({ type: 'interpret', into: lang, together }),
      values,
    });
  }

  /** What the models leave out is said before anybody misses it. @param {RoomView} state */
  #tellCoverage(state) {
    const named = (/** @type {string[]} */ tags) => tags.map(languageName).join(', ');
    const [silent, original] = [unheard(state), untranslated(state)];
    this.#lasting.show('notice.not_heard', silent.length > 0, { values: { languages: named(silent) } });
    const reads = languageName(self(state)?.reads ?? 'en');
    this.#lasting.show('notice.untranslated', original.length > 0, { values: { languages: named(original), reads } });
  }

  /** @param {string} code @param {string} message */
  refused(code, message) {
    this.#desk.refused(code, message);
    this.#interpreting.refused(code, message);
  }
}
