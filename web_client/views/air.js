/** The interpreter's bar: who hears me, in which language, and who of us is on air; every button has a key. */

import { Pause, answering, colleagues, flipped, isLost, relief, roomLanguages, seatOf } from '../interpretation.js';
import { primary } from '../captions.js';
import { languageName, ownName, say, t } from '../i18n.js';
import { self } from '../state.js';
import { AirKeys } from './air_keys.js';
import { CoughButton } from './cough.js';
import { h, setAttribute, setText } from './dom.js';
import { icon } from './icons.js';

/** @import {LocalMedia} from '../local_media.js' */
/** @import {Person} from '../protocol.js' */
/** @import {RoomView} from '../state.js' */
/** @import {Relief} from '../interpretation.js' */

/** So long a refusal stays (ms). */
const REFUSED_MS = 6000;
const REFUSALS = ['channel_taken', 'no_handover', 'not_in_room'];
/** What the handover key says to the server. */
const STEPS = /** @type {const} */ ({ lost: 'ask', asked: 'accept', offered: 'accept', asking: 'withdraw', offering: 'withdraw', ask: 'ask', offer: 'offer' });

/** @param {string} action @param {string} key @param {...Node} children */
function keyButton(action, key, ...children) {
  return h('button', { type: 'button', 'data-action': action, 'aria-keyshortcuts': key }, ...children, keySign(key));
}

/** @param {string} key */
export function keySign(key) {
  return h('kbd', { class: 'key', 'aria-hidden': 'true' }, key);
}

export class AirBar {
  /** @type {RoomView | null} */ #state = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #forget;
  #languages = '';
  #asked = '';
  #pause = new Pause();
  #status = h('p', { class: 'air-status', role: 'status' });
  #channels = h('div', { class: 'air-channels', role: 'group', 'data-t-label': 'air.channels' });
  #flipTo = h('span');
  #flip = keyButton('flip', 'I', icon('flip'), this.#flipTo);
  #standbyWord = h('span');
  #standby = keyButton('standby', 'S', this.#standbyWord);
  #colleague = h('p', { class: 'air-colleague', role: 'status' });
  #handoverWord = h('span');
  #handover = keyButton('handover', 'O', this.#handoverWord);
  #decline = h('button', { type: 'button', class: 'quiet', 'data-action': 'decline-handover', 'data-t': 'air.decline' });
  #problem = h('p', { class: 'air-problem', role: 'alert' });
  #cough;
  #media;
  #send;

  /** @param {LocalMedia} media @param {(message: object) => void} send */
  constructor(media, send) {
    this.#media = media;
    this.#send = send;
    this.#cough = new CoughButton((held) => this.#hold(held));
    this.element = h('section', { class: 'air', 'data-t-label': 'air.title', hidden: true },
      this.#status, h('div', { class: 'air-speak' }, this.#channels, this.#flip, this.#cough.element, this.#standby),
      h('div', { class: 'air-relief' }, this.#colleague, this.#handover, this.#decline), this.#problem);
    this.#flip.addEventListener('click', () => this.#flipNow());
    this.#standby.addEventListener('click', () => this.toggleStandby());
    this.#handover.addEventListener('click', () => this.#relieve());
    this.#decline.addEventListener('click', () => this.#say('withdraw'));
    media.onChange(() => this.#listen());
    new AirKeys({
      there: () => this.element.isConnected && !this.element.hidden,
      keys: { i: this.#flip, s: this.#standby, o: this.#handover },
      onChannel: (at) => /** @type {HTMLElement | undefined} */ (this.#channels.children[at])?.click(),
      onCough: (held) => this.#cough.hold(held),
    });
  }

  get #me() {
    return this.#state && self(this.#state);
  }

  /** @param {boolean} held */
  #hold(held) {
    this.#media.hold(held);
    setAttribute(this.element, 'data-held', held);
    if (this.#state) this.render(this.#state);
  }

  /** @param {string | null} into */
  #speak(into) {
    const { together } = seatOf(/** @type {RoomView} */ (this.#state).interpretation, this.#me?.id ?? null);
    this.#send({ type: 'interpret', into, together });
  }

  #flipNow() {
    const state = this.#state;
    const me = this.#me;
    if (!state || !me) return;
    const { mode, turn } = state.interpretation;
    if (mode === 'simultaneous') this.#speak(flipped(state, me));
    else {
      if (turn === 'speakers') this.#speak(answering(state, me));
      this.#send({ type: 'turn', turn: turn === 'speakers' ? 'interpreter' : 'speakers' });
    }
  }

  /** Whoever waits is heard again, unless a colleague has the channel. */
  toggleStandby() {
    const state = this.#state;
    if (!state) return;
    const { air, into, together } = seatOf(state.interpretation, state.you);
    this.#send({ type: 'interpret', into, air: !air, together });
  }

  #relieve() {
    const { kind } = this.#state ? relief(this.#state) : { kind: /** @type {const} */ ('none') };
    if (kind !== 'none') this.#say(STEPS[kind]);
  }

  /** @param {string} step */
  #say(step) {
    const other = this.#state && relief(this.#state).other;
    if (other) this.#send({ type: 'handover', step, person: other.id });
  }

  /** A colleague who asked has the air at my next pause. */
  #listen() {
    const wanted = this.#state !== null && relief(this.#state).kind === 'asked';
    if (!wanted) this.#asked = '';
    if (!this.#pause.add(this.#media.level * 60 - 60, wanted, performance.now())) return;
    const asked = JSON.stringify(this.#state?.interpretation.handovers);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#say('accept');
  }

  /** @param {RoomView} state */
  render(state) {
    this.#state = state;
    const me = self(state);
    this.element.hidden = me?.role !== 'interpreter';
    this.#media.standBy(!this.element.hidden && !seatOf(state.interpretation, state.you).air);
    if (!me || this.element.hidden) return;
    this.#showStatus(state);
    this.#showChannels(state);
    this.#showFlip(state, me);
    this.#showRelief(state);
  }

  /** @param {RoomView} state */
  #showStatus({ interpretation, you }) {
    const { air, into } = seatOf(interpretation, you);
    const microphone = this.#media.devices.microphone;
    const word = !air ? 'standby' : this.element.dataset['held'] !== undefined ? 'held'
      : !microphone.on || !microphone.track ? 'muted'
      : interpretation.mode === 'consecutive' ? (interpretation.turn === 'interpreter' ? 'my_turn' : 'their_turn')
      : into ? 'on_air' : 'all';
    setAttribute(this.element, 'data-air', word);
    say(this.#status, `air.${word}`, into ? { language: spoken(into) } : {});
  }

  /** @param {RoomView} state */
  #showChannels({ interpretation, people, you }) {
    const { air, into } = seatOf(interpretation, you);
    const tags = roomLanguages(people);
    const all = interpretation.mode === 'simultaneous';
    if (this.#languages !== `${tags.join()} ${all}`) {
      this.#languages = `${tags.join()} ${all}`;
      this.#channels.replaceChildren(...tags.map((tag, at) => this.#channelButton(tag, String(at + 1))), ...(all ? [this.#channelButton(null, 'A')] : []));
    }
    for (const button of this.#channels.children) {
      const tag = button.getAttribute('data-lang') ?? '';
      setAttribute(button, 'aria-pressed', String(air && (into === null ? tag === '' : tag !== '' && primary(into) === primary(tag))));
      if (tag) setAttribute(button, 'title', t('air.into', { language: spoken(tag) }));
    }
  }

  /** @param {string | null} tag @param {string} key */
  #channelButton(tag, key) {
    const word = h('span', tag ? { lang: tag } : { 'data-t': 'air.everybody' }, tag ? ownName(primary(tag)) : '');
    const button = keyButton('channel', key, word);
    button.dataset['lang'] = tag ?? '';
    button.addEventListener('click', () => this.#speak(tag));
    return button;
  }

  /** @param {RoomView} state @param {Person} me */
  #showFlip(state, me) {
    const { mode, turn } = state.interpretation;
    const next = mode === 'simultaneous' ? flipped(state, me) : turn === 'speakers' ? answering(state, me) : null;
    setAttribute(this.#flip, 'data-turn', mode === 'consecutive' && turn === 'interpreter');
    const into = next ?? me.speaks;
    setAttribute(this.#flipTo, 'lang', mode === 'simultaneous' ? into : null);
    if (mode === 'simultaneous') {
      this.#flipTo.removeAttribute('data-t');
      setText(this.#flipTo, ownName(primary(into)));
      say(this.#flip, 'air.flip', { language: spoken(into) }, 'title');
    } else {
      this.#flip.removeAttribute('data-t-title');
      this.#flip.removeAttribute('title');
      say(this.#flipTo, turn === 'interpreter' ? 'air.give_turn' : 'air.take_turn', { language: spoken(into) });
    }
    this.#flip.disabled = next === null && turn === 'speakers';
  }

  /** @param {RoomView} state */
  #showRelief(state) {
    const others = colleagues(state);
    const { air } = seatOf(state.interpretation, state.you);
    setAttribute(this.element, 'data-alone', others.length === 0);
    this.#standby.hidden = others.length === 0 && air;
    say(this.#standbyWord, air ? 'air.stand_by' : 'air.go_on_air');
    const now = relief(state);
    setAttribute(this.element, 'data-relief', now.kind);
    this.#showColleague(state, now, others);
    this.#handover.hidden = now.kind === 'none';
    if (now.kind !== 'none') say(this.#handoverWord, `air.do_${now.kind}`, { name: nameOf(now.other) });
    this.#decline.hidden = now.kind !== 'asked' && now.kind !== 'offered';
  }

  /** @param {RoomView} state @param {Relief} now @param {Person[]} others */
  #showColleague({ interpretation }, { kind, other }, others) {
    if (other && ['lost', 'asked', 'offered', 'asking', 'offering'].includes(kind)) {
      say(this.#colleague, `air.colleague_${kind}`, { name: nameOf(other) });
      return;
    }
    this.#colleague.removeAttribute('data-t');
    const words = others.map((person) => {
      const { air, into } = seatOf(interpretation, person.id);
      const key = isLost(interpretation, person.id) ? 'lost' : !air ? 'standby' : into ? 'on_air' : 'all';
      return t(`air.colleague_${key}`, { name: nameOf(person), language: into ? spoken(into) : '' });
    });
    setText(this.#colleague, words.join(' · '));
  }

  /** @param {string} code @param {string} message */
  refused(code, message) {
    if (!REFUSALS.includes(code) || this.element.hidden) return;
    if (code === 'channel_taken') say(this.#problem, 'air.taken');
    else setText(this.#problem, message);
    clearTimeout(this.#forget);
    this.#forget = setTimeout(() => {
      this.#problem.removeAttribute('data-t');
      setText(this.#problem, '');
    }, REFUSED_MS);
  }
}

/** What is spoken has no script: Chinese, not Simplified Chinese. @param {string} tag */
function spoken(tag) {
  return languageName(primary(tag));
}

/** @param {Person | null} person */
function nameOf(person) {
  return person?.name || person?.company || '';
}
