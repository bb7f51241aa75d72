/** The call in a small window over other programs: Chromium gives a window of its own, where the captions and the sign of
 *  a recording stand as well; Safari lets the large picture float alone. */

import { say } from '../i18n.js';
import { h } from './dom.js';
import { Overlay } from './overlay.js';

/** @import {RoomView} from '../state.js' */

/** Not in the type checker's library yet. @typedef {{requestWindow: (size: {width: number, height: number}) => Promise<Window>}} DocumentPictureInPicture */

const SIZE = { width: 480, height: 400 };

/** @returns {DocumentPictureInPicture | null} */
function documents() {
  return 'documentPictureInPicture' in window ? /** @type {DocumentPictureInPicture} */ (window.documentPictureInPicture) : null;
}

export class Floating {
  /** @type {Window | null} */ #window = null;
  /** @type {HTMLVideoElement | null} */ #element = null;
  #overlay = new Overlay();
  #video = h('video', { autoplay: true, playsinline: true });
  #word = h('span');
  #recording = h('p', { class: 'recording-chip', 'data-recording': 'recording', hidden: true }, h('i', { 'aria-hidden': 'true' }), this.#word);
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
    this.#video.muted = true;
  }

  static get available() {
    return documents() !== null || document.pictureInPictureEnabled === true;
  }

  get on() {
    return this.#window !== null || this.#element !== null;
  }

  /** After a press: browsers open such windows for nothing else. @param {HTMLVideoElement | null} large */
  async toggle(large) {
    if (this.on) {
      this.close();
      return;
    }
    try {
      const api = documents();
      if (api) this.#fill(await api.requestWindow(SIZE));
      else if (large) await this.#float(large);
    } catch {
      // Refused, or nothing to see yet: the page stays as it is.
    }
    this.#onChange();
  }

  /** @param {Window} opened */
  #fill(opened) {
    this.#window = opened;
    const { document: inside } = opened;
    inside.documentElement.lang = document.documentElement.lang;
    inside.title = document.title;
    for (const sheet of document.querySelectorAll('link[rel="stylesheet"]')) inside.head.append(sheet.cloneNode());
    inside.body.className = 'dark floating';
    inside.body.append(this.#video, this.#recording, this.#overlay.element);
    opened.addEventListener('pagehide', () => {
      this.#window = null;
      this.#video.srcObject = null;
      this.#onChange();
    });
  }

  /** @param {HTMLVideoElement} large */
  async #float(large) {
    await large.requestPictureInPicture();
    this.#element = large;
    const left = () => {
      this.#element = null;
      this.#onChange();
    };
    large.addEventListener('leavepictureinpicture', left, { once: true });
  }

  /** @param {RoomView} state @param {HTMLVideoElement | null} large @param {number} nowMs */
  render(state, large, nowMs) {
    if (!this.#window) return;
    const stream = large?.srcObject ?? null;
    if (this.#video.srcObject !== stream) this.#video.srcObject = stream;
    this.#recording.hidden = state.recording.state !== 'recording';
    say(this.#word, 'recording.recording');
    this.#overlay.render(state, nowMs);
  }

  close() {
    this.#window?.close();
    if (this.#element && document.pictureInPictureElement === this.#element) void document.exitPictureInPicture().catch(() => undefined);
    this.#window = null;
    this.#element = null;
    this.#onChange();
  }
}
