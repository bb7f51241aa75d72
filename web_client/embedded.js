/** Browsers inside of other apps, where links from a chat open: many give a page no camera or microphone. Pure. */

/** @typedef {'kakaotalk' | 'wechat' | 'line' | 'zalo' | 'naver' | 'facebook' | 'instagram'} App */

/** By what each says of itself. @type {readonly [App, RegExp][]} */
const SIGNS = [
  ['kakaotalk', /KAKAOTALK/i],
  ['wechat', /MicroMessenger/i],
  ['line', /\bLine\//i],
  ['zalo', /\bZalo\b/i],
  ['naver', /NAVER\(inapp/i],
  ['instagram', /\bInstagram\b/i],
  ['facebook', /\bFBA[NV]\b|\bFB_IAB\b/i],
];

/**
 * @param {string} userAgent
 * @returns {App | null}
 */
export function embeddedIn(userAgent) {
  return SIGNS.find(([, sign]) => sign.test(userAgent))?.[0] ?? null;
}

/**
 * An address that makes the app hand the page over to the phone's browser.
 * @param {App} app
 * @param {string} url of the page
 * @param {string} userAgent
 * @returns {string | null} null where only the app's own menu leads there
 */
export function outside(app, url, userAgent) {
  if (app === 'kakaotalk') return `kakaotalk://web/openExternal?url=${encodeURIComponent(url)}`;
  if (app === 'line') return `${url}${url.includes('?') ? '&' : '?'}openExternalBrowser=1`;
  if (app === 'wechat' || !/Android/i.test(userAgent)) return null;
  const { protocol, host, pathname, search } = new URL(url);
  return `intent://${host}${pathname}${search}#Intent;scheme=${protocol.slice(0, -1)};end`;
}
