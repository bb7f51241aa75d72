/** Elements in one expression. Text goes in as text, never as markup. */

import { translate } from '../i18n.js';

/** @typedef {string | number | boolean | null | undefined | ((event: any) => void)} Attribute */

/**
 * `on…` functions become listeners, true an empty attribute, false and null none. Sentences of the page come as
 * `data-t…` keys (i18n.js), everything else as children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, Attribute>} [attributes]
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null));
  translate(element);
  return element;
}

/**
 * Changes text only where it differs: selections and screen readers stay undisturbed.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string | boolean | null} value
 */
export function setAttribute(element, name, value) {
  const wanted = value === true ? '' : value;
  if (wanted === false || wanted === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== wanted) element.setAttribute(name, wanted);
}
