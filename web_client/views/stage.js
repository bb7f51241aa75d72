/** The pictures: large ones side by side, small ones in the corner, from where one can make them large. Tiles stay where
 *  they are in the document, since moving a video stops it; only their class and slot change. */

import { arrange, nameOf } from '../arrangement.js';
import { say } from '../i18n.js';
import { networkOf } from '../network.js';
import { isPaused, takenFrom } from '../state.js';
import { h, setAttribute, setText } from './dom.js';
import { icon } from './icons.js';

/** @import {Network, Person} from '../protocol.js' */
/** @import {RemoteTrack} from '../peer.js' */
/** @import {SoundOutput} from '../sound_output.js' */
/** @import {RoomView} from '../state.js' */
/** @import {Tile} from '../arrangement.js' */

/** What one sees of oneself. @typedef {{camera: MediaStreamTrack | null, mirrored: boolean, screen: MediaStreamTrack | null, microphone: boolean}} Own */

class TileView {
  #stream = new MediaStream();
  #picture = false;

  /** @param {Tile} tile @param {{output: SoundOutput, onBlocked: () => void, onChoose: () => void}} handlers */
  constructor({ person, source }, { output, onBlocked, onChoose }) {
    this.onBlocked = onBlocked;
    this.video = h('video', { autoplay: true, playsinline: true });
    this.video.srcObject = this.#stream;
    this.release = output.attach(this.video);
    // The portrait stays until there is a first frame to see.
    this.video.addEventListener('resize', () => this.#uncover());
    this.portrait = h('span', { class: 'portrait', 'aria-hidden': 'true' });
    this.waiting = h('p', { class: 'tile-waiting' });
    this.lost = h('p', { class: 'tile-lost', 'data-t': 'stage.lost' });
    this.name = h('span', { class: 'tile-name' });
    this.role = h('span', { class: 'role' });
    this.company = h('span', { class: 'tile-company' });
    this.muted = h('span', { class: 'tile-muted', role: 'img', 'data-t-label': 'stage.muted' }, icon('mic-off'));
    this.weak = h('span', { class: 'tile-weak' });
    this.machine = h('span', { class: 'tile-machine', 'data-t': 'stage.machine_paused', hidden: true });
    this.network = h('span', { class: 'tile-network', role: 'img' }, icon('weak-network'));
    this.choose = h('button', { type: 'button', class: 'tile-choose', onclick: onChoose });
    this.element = h('figure', { class: 'tile', 'data-person': person.id, 'data-role': person.role, 'data-source': source },
      this.video,
      h('div', { class: 'tile-empty' }, this.portrait, this.waiting),
      h('figcaption', {}, h('span', { class: 'tile-who' }, this.muted, this.network, this.name, this.role), this.company, this.weak, this.machine),
      this.lost, this.choose);
  }

  /** @param {(MediaStreamTrack | null)[]} wanted */
  play(wanted) {
    const tracks = wanted.filter((track) => track !== null);
    const old = this.#stream.getTracks();
    if (tracks.length === old.length && tracks.every((track) => old.includes(track))) return;
    for (const track of old) if (!tracks.includes(track)) this.#stream.removeTrack(track);
    for (const track of tracks) if (!old.includes(track)) this.#stream.addTrack(track);
    this.start();
  }

  #uncover() {
    setAttribute(this.element, 'data-picture', this.#picture && this.video.videoWidth > 0);
  }

  start() {
    if (this.#stream.getTracks().length === 0) return;
    this.video.play().catch((/** @type {Error} */ error) => {
      if (error.name === 'NotAllowedError') this.onBlocked();
    });
  }

  /**
   * @param {boolean} small
   * @param {boolean} chosen one made it large oneself
   * @param {Person} person
   */
  offer(small, chosen, person) {
    const does = small ? 'enlarge' : 'shrink';
    this.choose.hidden = !small && !chosen;
    if (this.choose.dataset['action'] !== does) this.choose.replaceChildren(icon(does));
    this.choose.dataset['action'] = does;
    const key = this.element.dataset['source'] === 'screen' ? `stage.${does}_screen` : `stage.${does}`;
    for (const place of /** @type {const} */ (['label', 'title'])) say(this.choose, key, { name: person.name || person.company }, place);
  }

  /**
   * @param {Person} person
   * @param {{you: boolean, small: boolean, mirrored: boolean, picture: boolean, paused: boolean, microphone: boolean, source: string, taken: ReturnType<typeof takenFrom>, grade: Network['grade'], unwritten: boolean}} shown
   *   `paused`: one's own network does not let this picture through; `taken` and `grade`: the person's; `unwritten`: the
   *   machine does not write down what they say
   */
  describe(person, { you, small, mirrored, picture, paused, microphone, source, taken, grade, unwritten }) {
    this.machine.hidden = !unwritten || source === 'screen';
    setText(this.portrait, initial(person.name || person.company));
    setAttribute(this.element, 'data-absent', !person.present && !you);
    setAttribute(this.element, 'data-lost', person.present && person.lost && !you);
    this.lost.hidden = !person.present || !person.lost || you;
    setAttribute(this.element, 'data-you', you);
    this.#picture = picture && !paused;
    this.#uncover();
    this.video.classList.toggle('mirrored', mirrored);
    this.muted.hidden = microphone || !person.present || source === 'screen';
    this.waiting.hidden = person.present && !(picture && paused) || you;
    if (this.waiting.hidden) setText(this.waiting, '');
    else if (person.present) say(this.waiting, small ? 'stage.paused_small' : 'stage.paused');
    else say(this.waiting, 'stage.waiting', { name: person.name || person.company });
    const tells = person.present && !you && source !== 'screen';
    this.#tellNetwork(tells ? grade : 'good', tells ? taken : null);
    if (you) say(this.name, source === 'screen' ? 'stage.your_screen' : 'stage.you');
    else if (source === 'screen') say(this.name, 'stage.screen', { name: person.name });
    else {
      this.name.removeAttribute('data-t');
      setText(this.name, person.name || person.company);
    }
    setText(this.company, you || source === 'screen' || !person.name ? '' : person.company);
    say(this.role, `role.${person.role}`);
  }

  /** What the network has already taken comes before how it is. @param {Network['grade']} grade @param {ReturnType<typeof takenFrom>} taken */
  #tellNetwork(grade, taken) {
    this.weak.hidden = this.network.hidden = grade === 'good' && taken === null;
    if (this.weak.hidden) return;
    say(this.weak, taken ? `stage.weak_${taken}` : `network.${grade}`);
    say(this.network, taken ? `stage.weak_${taken}` : `network.${grade}`, undefined, 'label');
  }
}

/** @param {string} name @returns {string} */
function initial(name) {
  return Array.from(name.trim())[0]?.toUpperCase() ?? '?';
}

export class Stage {
  /** @type {HTMLVideoElement | null} of the (first) large picture */ large = null;
  /** The large picture is somebody's screen. */
  shared = false;
  /** @type {Map<string, TileView>} */ #tiles = new Map();
  /** @type {string | null} what one chose to see large */ #chosen = null;
  #output;
  #onBlocked;
  #onChosen;

  /**
   * @param {SoundOutput} output
   * @param {() => void} onBlocked the browser wants a gesture before it plays sound
   * @param {() => void} onChosen it wants to be rendered anew
   */
  constructor(output, onBlocked, onChosen) {
    this.#output = output;
    this.#onBlocked = onBlocked;
    this.#onChosen = onChosen;
    this.element = h('div', { class: 'stage', 'data-t-label': 'stage.label', role: 'group' });
  }

  /**
   * @param {RoomView} state
   * @param {readonly RemoteTrack[]} tracks
   * @param {Own} own
   */
  render(state, tracks, own) {
    const { large, small } = arrange(state.people, state.you, this.#chosen);
    const shown = new Set();
    large.forEach((tile, slot) => shown.add(this.#place(tile, slot, false, state, tracks, own)));
    small.forEach((tile, slot) => shown.add(this.#place(tile, slot, true, state, tracks, own)));
    for (const [key, view] of this.#tiles) {
      if (shown.has(key)) continue;
      view.element.remove();
      view.release();
      this.#tiles.delete(key);
    }
    setAttribute(this.element, 'data-large', String(large.length));
    setAttribute(this.element, 'data-small', String(small.length));
    this.shared = large[0]?.source === 'screen';
    this.large = large[0] ? (this.#tiles.get(nameOf(large[0]))?.video ?? null) : null;
  }

  /** @param {string} key @param {boolean} small */
  #choose(key, small) {
    this.#chosen = small ? key : null;
    this.#onChosen();
  }

  /**
   * @param {Tile} tile
   * @param {number} slot
   * @param {boolean} small
   * @param {RoomView} state
   * @param {readonly RemoteTrack[]} tracks
   * @param {Own} own
   * @returns {string} the tile's key
   */
  #place(tile, slot, small, state, tracks, own) {
    const { person, source } = tile;
    const key = nameOf(tile);
    const view = this.#tileFor(tile, key);
    view.element.classList.toggle('small', small);
    view.element.style.setProperty('--slot', String(slot));
    view.element.style.order = String(small ? 10 + slot : slot);
    const you = person.id === state.you;
    view.video.muted = you || view.video.dataset['mixed'] !== undefined;
    const of = (/** @type {string} */ wanted) =>
      tracks.find((track) => track.person === person.id && track.source === wanted)?.track ?? null;
    const picture = you ? own[source] : person[source] ? of(source) : null;
    view.play(you || source === 'screen' ? [picture] : [of('microphone'), picture]);
    const microphone = you ? own.microphone : person.microphone;
    const paused = !you && isPaused(state, state.you, { person: person.id, source });
    view.describe(person, { you, small, mirrored: you && own.mirrored && source === 'camera', picture: picture !== null, paused, microphone, source, taken: takenFrom(state, person.id), grade: networkOf(state.networks, person.id).grade, unwritten: state.machine.paused.includes(person.id) });
    view.offer(small, key === this.#chosen, person);
    return key;
  }

  /** @param {Tile} tile @param {string} key */
  #tileFor(tile, key) {
    const known = this.#tiles.get(key);
    if (known) return known;
    /** @type {TileView} */
    const view = new TileView(tile, {
      output: this.#output,
      onBlocked: this.#onBlocked,
      onChoose: () => this.#choose(key, view.element.classList.contains('small')),
    });
    this.#tiles.set(key, view);
    this.element.append(view.element);
    return view;
  }

  /** After a gesture: everything that was held back. */
  start() {
    for (const view of this.#tiles.values()) view.start();
  }
}
