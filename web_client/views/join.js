/** The step before the room: who am I, which languages, how do I look and sound. */

import { clock, onLanguage, pageLocale, say } from '../i18n.js';
import { nearest } from '../languages.js';
import { recall, remember } from '../preferences.js';
import { h } from './dom.js';
import { embeddedNotice } from './embedded.js';
import { icon } from './icons.js';
import { languageSelect } from './language_select.js';
import { languageSwitch } from './language_switch.js';
import { preview } from './preview.js';

/** @import {LocalMedia} from '../local_media.js' */
/** @import {Person, Room} from '../protocol.js' */

/** The event's text for participants, by language tag, that is agreed to first. @typedef {{digest: string, texts: Record<string, string>}} Notice */
/** What the link is for, before one joins. @typedef {{room: Pick<Room, 'title' | 'starts_at' | 'duration_min' | 'state'>, you: Pick<Person, 'name' | 'company' | 'role' | 'speaks' | 'reads'>, notice?: Notice | null}} Place */
/** `notice`: digest of the text that was agreed to. @typedef {{name: string, speaks: string, reads: string, notice?: string}} Choice */

/**
 * @param {object} options
 * @param {Place | null} options.place
 * @param {LocalMedia} options.media
 * @param {(choice: Choice) => void} options.onJoin
 * @returns {HTMLElement}
 */
export function joinView({ place, media, onJoin }) {
  const name = h('input', {
    name: 'name',
    required: true,
    maxlength: 80,
    autocomplete: 'name',
    value: place?.you.name || recall('name'),
  });
  const speaks = languageSelect(place?.you.speaks || recall('speaks', pageLocale()), { name: 'speaks' });
  const reads = languageSelect(place?.you.reads || recall('reads', pageLocale()), { name: 'reads' });
  const looks = preview(media);
  const submit = h('button', { class: 'primary big', 'data-action': 'join' });
  const form = h('form', { class: 'join-form' },
    field('join.name', name),
    h('div', { class: 'pair' }, field('join.speaks', speaks), field('join.reads', reads)),
    h('p', { class: 'hint', 'data-t': 'join.languages_hint' }),
    place && place.room.state !== 'open' ? h('p', { class: 'notice', 'data-t': place.room.state === 'closed' ? 'join.closed' : 'join.early' }) : null,
    place?.notice ? notice(place.notice, reads) : null,
    submit);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const choice = { name: name.value.trim(), speaks: speaks.value, reads: reads.value };
    for (const [key, value] of Object.entries(choice)) remember(key, value);
    looks.close();
    forget();
    onJoin(place?.notice ? { ...choice, notice: place.notice.digest } : choice);
  });
  const caption = () => {
    const { microphone, camera } = media.devices;
    const able = microphone.track ? 'join.join' : camera.track ? 'join.join_silent' : 'join.join_listener';
    say(submit, microphone.asking ? 'join.join' : able);
  };
  const forget = media.onChange((changed) => changed && caption());
  caption();
  return h('main', { class: 'join' },
    h('header', { class: 'join-top' }, h('span', { class: 'brand', 'data-t': 'page.brand' }), languageSwitch()),
    embeddedNotice(), h('div', { class: 'join-card' }, heading(place), looks.element, form));
}

/**
 * In the language that one reads, as far as it was written in it.
 * @param {Notice} asked
 * @param {HTMLSelectElement} reads
 */
function notice({ texts }, reads) {
  const text = h('div', { class: 'notice-text', tabindex: 0, role: 'region', 'data-t-label': 'join.notice' });
  const show = () => {
    const lang = nearest(Object.keys(texts), [reads.value, pageLocale(), 'en', 'ko']);
    text.lang = lang;
    text.textContent = texts[lang] ?? '';
  };
  reads.addEventListener('change', show);
  onLanguage(show);
  show();
  const agreed = h('input', { type: 'checkbox', name: 'notice', required: true, 'data-action': 'accept-notice' });
  return h('fieldset', { class: 'notice-box' }, h('legend', { 'data-t': 'join.notice' }), text,
    h('label', { class: 'check' }, agreed, h('span', { 'data-t': 'join.notice_agree' })));
}

/** @param {Place | null} place */
function heading(place) {
  if (!place) return h('div', { class: 'join-head' }, h('h1', { 'data-t': 'join.title' }));
  const { room, you } = place;
  const when = h('p', { class: 'join-when' });
  if (room.starts_at) say(when, 'join.when', { time: clock(room.starts_at), minutes: room.duration_min });
  const who = [you.company, you.name].filter(Boolean).join(' · ');
  return h('div', { class: 'join-head' }, when, h('h1', {}, room.title.replaceAll(' · ', '\u00a0· ')),
    h('p', { class: 'join-who' }, icon('people'), h('span', {}, who), h('span', { class: 'role', 'data-t': `role.${you.role}` })));
}

/** @param {string} key @param {HTMLElement} control */
function field(key, control) {
  return h('label', { class: 'field' }, h('span', { 'data-t': key }), control);
}
