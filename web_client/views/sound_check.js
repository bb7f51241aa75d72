/** Trying both ends of the sound: a chime and the question whether it was heard; three seconds of one's own voice. */

import { chime } from '../chime.js';
import { say } from '../i18n.js';
import { LevelMeter } from '../level.js';
import { VoiceTest } from '../voice_test.js';
import { h, setAttribute } from './dom.js';
import { icon } from './icons.js';
import { levelMeter } from './meter.js';
import { speakerSelect } from './speaker_select.js';

/** @import {LocalMedia} from '../local_media.js' */

/**
 * @param {LocalMedia} media
 * @returns {{element: HTMLElement, close: () => void}} behind its heading until it is opened
 */
export function soundCheck(media) {
  const [speaker, voice] = [speakerTest(media), voiceTest(media)];
  const element = h('details', { class: 'sound-check' },
    h('summary', { 'data-action': 'sound-check' }, icon('sound'), h('span', { 'data-t': 'check.title' })),
    h('div', { class: 'sound-check-body' }, speaker.element, voice.element));
  const forget = media.onChange((kind) => kind === 'microphone' && speaker.refresh());
  return {
    element,
    close() {
      forget();
      speaker.close();
      voice.close();
    },
  };
}

/** @param {LocalMedia} media */
function speakerTest({ output }) {
  const select = speakerSelect(output);
  const words = h('p', { class: 'trial-words', role: 'status', 'data-speaker-test': '' });
  const answer = (/** @type {string} */ key) => () => {
    question.hidden = true;
    say(words, key);
  };
  const question = h('div', { class: 'trial-answers' },
    h('button', { type: 'button', 'data-action': 'heard-yes', 'data-t': 'check.yes', onclick: answer('check.speaker_good') }),
    h('button', { type: 'button', 'data-action': 'heard-no', 'data-t': 'check.no', onclick: answer('check.speaker_bad') }));
  question.hidden = true;
  const play = h('button', { type: 'button', 'data-action': 'test-speaker' }, icon('sound'), h('span', { 'data-t': 'check.speaker' }));
  play.addEventListener('click', () => {
    play.disabled = true;
    question.hidden = false;
    say(words, 'check.speaker_heard');
    void chime(output).catch(() => say(words, 'check.failed')).finally(() => (play.disabled = false));
  });
  const element = h('div', { class: 'trial' }, select.element, play, h('div', { class: 'trial-said' }, words, question));
  return { element, refresh: () => void select.refresh(), close: select.close };
}

/** @param {LocalMedia} media */
function voiceTest(media) {
  const meter = levelMeter();
  const words = h('p', { class: 'trial-words', role: 'status', 'data-voice-test': '' });
  const start = h('button', { type: 'button', 'data-action': 'test-microphone' }, icon('mic'), h('span', { 'data-t': 'check.microphone' }));
  meter.element.hidden = true;
  const test = new VoiceTest(() => {
    meter.element.hidden = test.state !== 'recording';
    setAttribute(words, 'data-voice-test', test.state);
    start.disabled = test.state === 'recording' || test.state === 'playing';
    const key = { idle: 'check.voice_good', recording: 'check.recording', playing: 'check.playing', failed: 'check.failed' }[test.state];
    say(words, key);
  });
  start.addEventListener('click', async () => {
    const borrowed = media.borrowMicrophone();
    if (!borrowed) {
      say(words, 'check.no_microphone');
      return;
    }
    const level = new LevelMeter(borrowed.track, meter.show);
    try {
      await test.run(borrowed.track, media.output);
    } finally {
      level.close();
      meter.show(0);
      borrowed.release();
    }
  });
  const element = h('div', { class: 'trial' }, start, h('div', { class: 'trial-said' }, meter.element, words));
  return { element, close: () => test.cancel() };
}
