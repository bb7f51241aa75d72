/** Recording as the organiser handles it: allow it, read why it stopped, fetch what was made or have it made again. */

import * as api from '../api.js';
import { say } from '../i18n.js';
import { trouble } from '../recording_trouble.js';
import { h } from './dom.js';
import { icon } from './icons.js';

/** @import {BoardRoom} from '../protocol.js' */

const MIB = 2 ** 20;

export class RecordingTools {
  #allow = h('input', { type: 'checkbox', 'data-action': 'allow-recording' });
  #files = h('span', { class: 'recording-files' });
  #sentence = h('span');
  #again = h('button', { type: 'button', 'data-action': 'recording-again', 'data-t': 'recordings.again' });
  #trouble = h('p', { class: 'recording-trouble', hidden: true }, this.#sentence, this.#again);
  /** What was listed last. */ #listed = '';

  /** @param {BoardRoom} room */
  constructor(room) {
    this.room = room;
    this.#allow.addEventListener('change', () => void this.#change());
    this.element = h('div', { class: 'row-recording', 'data-needs': 'organiser' },
      h('label', { class: 'check' }, this.#allow, h('span', { 'data-t': 'recordings.allow' })), this.#files,
      this.#trouble);
    this.#again.addEventListener('click', () => void api.makeRecording(this.room.id).catch(() => {}));
  }

  async #change() {
    const wanted = this.#allow.checked;
    this.#allow.disabled = true;
    await api.allowRecording(this.room.id, wanted).catch(() => {
      this.#allow.checked = !wanted;
    });
    this.#allow.disabled = false;
  }

  /** @param {BoardRoom} room */
  render(room) {
    this.room = room;
    if (!this.#allow.disabled) this.#allow.checked = room.recording_allowed;
    const sentence = trouble(room);
    this.#trouble.hidden = sentence === null;
    if (sentence !== null) say(this.#sentence, sentence);
    this.#again.hidden = room.recording === 'failed' || room.unmade_recording === null;
    say(this.#again, 'recordings.again_of', { title: room.title }, 'label');
    const wanted = `${room.recordings} ${room.making_recording}`;
    if (wanted === this.#listed) return;
    this.#listed = wanted;
    void this.#list();
  }

  async #list() {
    const making = this.room.making_recording;
    // Most rooms have none, and need not be asked.
    const { files } = this.room.recordings > 0 ? await api.recordings(this.room.id).catch(() => ({ files: [] })) : { files: [] };
    const links = files.map(({ name, bytes }) => {
      const link = h('a', { class: 'button', href: api.recordingPath(this.room.id, name), download: '', 'data-action': 'recording-file' }, icon('download'), `MKV ${Math.max(1, Math.round(bytes / MIB))} MB`);
      say(link, 'recordings.file_of', { title: this.room.title }, 'label');
      return link;
    });
    this.#files.replaceChildren(...(links.length > 0 ? [h('span', { 'data-t': 'recordings.files' }), ...links] : []),
      ...(making ? [h('span', { class: 'hint', 'data-t': 'recordings.making' })] : []));
  }
}
