/** The page's language: loads it, puts its sentences into elements, changes it while the page is open. */

import { fill, negotiate } from './locale.js';
import { recall } from './preferences.js';

/** @import {Locale, Sentences} from './locale.js' */
/** @typedef {Record<string, string | number>} Values */

/** @type {Locale} */
let locale = 'en';
/** @type {Sentences} */
let sentences = {};
/** @type {Set<() => void>} */
const listeners = new Set();

/** Where a sentence goes: the element's text, or an attribute. */
const PLACES = /** @type {const} */ ({
  text: 'data-t',
  label: 'data-t-label',
  title: 'data-t-title',
  placeholder: 'data-t-placeholder',
});
/** @typedef {keyof typeof PLACES} Place */

/**
 * Loads the language that was chosen before, or else what one is known to read, or else the browser's.
 * @param {string} [reads]
 */
export async function startLanguage(reads) {
  const wanted = [recall('locale'), reads ?? ''].filter(Boolean);
  await use(negotiate([...wanted, ...navigator.languages]));
}

/** @param {Locale} wanted */
export async function use(wanted) {
  const response = await fetch(new URL(`./locales/${wanted}.json`, import.meta.url));
  sentences = await response.json();
  locale = wanted;
  document.documentElement.lang = wanted;
  translate(document.documentElement);
  for (const listener of listeners) listener();
}

/** @returns {Locale} */
export function pageLocale() {
  return locale;
}

/** @param {() => void} listener called after every change */
export function onLanguage(listener) {
  listeners.add(listener);
}

/**
 * @param {string} key
 * @param {Values} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  return fill(sentences[key] ?? key, values);
}

/** @param {string} key */
export function has(key) {
  return key in sentences;
}

/**
 * Puts a sentence into an element, for this language and those to come.
 * @param {Element} element
 * @param {string} key
 * @param {Values} [values]
 * @param {Place} [place]
 */
export function say(element, key, values, place = 'text') {
  element.setAttribute(PLACES[place], key);
  if (values) element.setAttribute(`${PLACES[place]}-values`, JSON.stringify(values));
  else element.removeAttribute(`${PLACES[place]}-values`);
  fillIn(element, place);
}

/** @param {Element} root itself and all below are said anew */
export function translate(root) {
  for (const place of /** @type {Place[]} */ (Object.keys(PLACES))) {
    if (root.hasAttribute(PLACES[place])) fillIn(root, place);
    for (const element of root.querySelectorAll(`[${PLACES[place]}]`)) fillIn(element, place);
  }
}

/** @param {Element} element @param {Place} place */
function fillIn(element, place) {
  const key = element.getAttribute(PLACES[place]) ?? '';
  const text = t(key, JSON.parse(element.getAttribute(`${PLACES[place]}-values`) ?? '{}'));
  if (place !== 'text') element.setAttribute(place === 'label' ? 'aria-label' : place, text);
  else if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {string} tag
 * @returns {string} the language's name in the page's language
 */
export function languageName(tag) {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/**
 * @param {string} tag
 * @returns {string} the language's name in itself
 */
export function ownName(tag) {
  try {
    return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/**
 * @param {string | null} at ISO 8601
 * @returns {string} the time of day here
 */
export function clock(at) {
  if (!at) return '';
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at));
}

/**
 * @param {Date} date
 * @param {string} [zone] IANA name; without it that of this browser
 * @returns {string}
 */
export function longDate(date, zone) {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', ...(zone ? { timeZone: zone } : {}) }).format(date);
}

/** @param {string} at ISO 8601 @returns {string} day and time as this page's language writes them */
export function dateAndTime(at) {
  return new Intl.DateTimeFormat(pageLocale(), { dateStyle: 'short', timeStyle: 'short' }).format(new Date(at));
}
