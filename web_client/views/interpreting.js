/** Interpretation on the room's page: the interpreter's bar, whose turn it is, what one hears, and the sound itself. */

import { primary } from '../captions.js';
import { untranslated } from '../coverage.js';
import { onChannel, seatOf, serves, subtitles } from '../interpretation.js';
import { Listening } from '../listening.js';
import { Mixer } from '../mixer.js';
import { ownName, say } from '../i18n.js';
import { self } from '../state.js';
import { AirBar } from './air.js';
import { h, setAttribute } from './dom.js';
import { SoundMenu } from './sound_menu.js';

/** @import {LocalMedia} from '../local_media.js' */
/** @import {RemoteTrack} from '../peer.js' */
/** @import {RoomView} from '../state.js' */

export class Interpreting {
  #listening = new Listening();
  #mixer;
  #turnWord = h('span');
  #turn = h('p', { class: 'turn', role: 'status', hidden: true }, h('span', { class: 'badge', 'data-t': 'turn.mode' }), this.#turnWord);
  #air;
  #menu;
  #send;
  /** @type {RoomView | null} */ #state = null;

  /**
   * @param {LocalMedia} media
   * @param {object} on
   * @param {(message: object) => void} on.onInterpret
   * @param {() => void} on.onListen what is heard, or whether the menu is open, has changed
   */
  constructor(media, { onInterpret, onListen }) {
    this.#send = onInterpret;
    this.#mixer = new Mixer(media.output);
    this.#air = new AirBar(media, onInterpret);
    this.#menu = new SoundMenu(this.#listening, {
      onChange: onListen,
      onMode: (mode) => onInterpret({ type: 'interpretation_mode', mode }),
      onTogether: (together) => this.#together(together),
      onClose: () => this.toggle(null, onListen),
    });
    /** Stands under the bar of the room. */
    this.element = h('div', { class: 'interpreting' }, this.#air.element, this.#turn);
  }

  get open() {
    return this.#menu.element.isConnected;
  }

  /** @param {HTMLElement | null} place where the menu opens; null closes it @param {() => void} after */
  toggle(place, after) {
    if (this.open || !place) this.#menu.element.remove();
    else {
      place.append(this.#menu.element);
      if (this.#state) this.#menu.render(this.#state);
      this.#menu.focus();
    }
    after();
  }

  /** @param {boolean} together */
  #together(together) {
    const seat = this.#state?.interpretation.seats.find(({ person }) => person === this.#state?.you);
    this.#send({ type: 'interpret', into: seat?.into ?? null, air: seat?.air ?? true, together });
  }

  /** Whether one hears an interpreter in one's language, when there is one. @param {RoomView} state */
  hears(state) {
    const me = self(state);
    return this.#listening.choice(me) !== 'original' && serves(state, this.#listening.language(me));
  }

  /**
   * Where nothing translates into one's language the interpreter's words are all that there is to read.
   * @param {RoomView} state
   * @returns {RoomView['captions']} those that belong over the picture
   */
  subtitles(state) {
    const words = this.#listening.words || untranslated(state).length > 0;
    return subtitles(state, this.#listening.language(self(state)), words);
  }

  /** @param {RoomView} state @param {readonly RemoteTrack[]} tracks @param {HTMLElement} stage */
  render(state, tracks, stage) {
    this.#state = state;
    const me = self(state);
    this.#air.render(state);
    this.#showTurn(state, me?.role === 'interpreter');
    if (this.open) this.#menu.render(state);
    const { interpretation, people, you } = state;
    const sounds = [];
    for (const tile of /** @type {NodeListOf<HTMLElement>} */ (stage.querySelectorAll('[data-person][data-source="camera"]'))) {
      const person = tile.dataset['person'] ?? '';
      const into = onChannel(interpretation, person);
      const [element, caption] = [tile.querySelector('video'), tile.querySelector('figcaption')];
      if (!element || !caption) continue;
      setAttribute(tile, 'data-standby', !seatOf(interpretation, person).air);
      setAttribute(caption, 'data-channel', into === null ? null : ownName(primary(into)));
      if (person === you) continue;
      const track = tracks.find((one) => one.person === person && one.source === 'microphone')?.track ?? null;
      sounds.push({ person, element, track });
    }
    this.#mixer.render({ people, interpretation, listening: this.#listening.choice(me), channel: this.#listening.language(me) }, sounds);
  }

  /** @param {RoomView} state @param {boolean} told interpreters read it in their bar */
  #showTurn({ interpretation }, told) {
    this.#turn.hidden = told || interpretation.mode !== 'consecutive';
    setAttribute(this.#turn, 'data-turn', interpretation.turn);
    say(this.#turnWord, `turn.${interpretation.turn}`);
  }

  /** An interpreter on standby presses the microphone's button. */
  wake() {
    this.#air.toggleStandby();
  }

  /** @param {string} code @param {string} message */
  refused(code, message) {
    this.#air.refused(code, message);
  }

  /** What each person's sound is multiplied by now: for tests. */
  get gains() {
    return this.#mixer.gains;
  }
}
