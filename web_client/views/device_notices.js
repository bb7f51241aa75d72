/** What one should know about one's own devices: what is wrong with them, what came and went, what would sound better. */

/** @import {Kind, Problem} from '../devices.js' */
/** @import {LocalMedia, News} from '../local_media.js' */
/** @import {Notices} from './notices.js' */

/** What came to pass is said for so long; what may be wanted, longer (ms). */
const TOLD_MS = 10_000;
const OFFERED_MS = 25_000;
const KINDS = /** @type {const} */ (['microphone', 'camera']);
const EVENTS = /** @type {const} */ (['gone', 'returned', 'default', 'offer', 'unusable']);

export class DeviceNotices {
  /** @type {Map<Kind, News & {until: number}>} */ #news = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #media;
  #notices;
  #problems;
  #forget;

  /**
   * @param {LocalMedia} media
   * @param {Notices} notices
   * @param {readonly Problem[]} [problems] which are told of; a page may have its own way
   */
  constructor(media, notices, problems = ['denied', 'missing', 'busy', 'insecure']) {
    this.#problems = problems;
    this.#media = media;
    this.#notices = notices;
    const forgetNews = media.onNews((news) => this.#tell(news));
    const forgetOutput = media.output.onChange(() => this.render(Date.now()));
    const forgetMedia = media.onChange((kind) => kind && this.render(Date.now()));
    this.#forget = () => [forgetNews, forgetOutput, forgetMedia].forEach((forget) => forget());
  }

  /** @param {News} news */
  #tell(news) {
    const lasts = news.what === 'offer' ? OFFERED_MS : TOLD_MS;
    for (const what of EVENTS) this.#notices.show(keyOf(news.kind, what), false);
    this.#news.set(news.kind, { ...news, until: Date.now() + lasts });
    this.render(Date.now());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.render(Date.now()), lasts + 50);
  }

  /** @param {number} nowMs */
  render(nowMs) {
    const media = this.#media;
    for (const kind of KINDS) {
      const { problem } = media.devices[kind];
      for (const known of this.#problems) this.#notices.show(`devices.${kind}_${known}`, problem === known);
      this.#notices.show(`devices.${kind}_held`, media.devices[kind].held);
      this.#renderNews(kind, nowMs);
    }
    const instead = media.handsFree?.instead;
    this.#notices.show('devices.headset', Boolean(media.handsFree) && !instead);
    this.#notices.show('devices.headset_instead', Boolean(instead), {
      values: { device: instead?.label ?? '' },
      does: 'use-instead',
      action: () => media.handsFree?.instead && void media.choose('microphone', media.handsFree.instead.deviceId),
    });
    this.#notices.show('devices.speaker_away', media.output.away);
  }

  /** @param {Kind} kind @param {number} nowMs */
  #renderNews(kind, nowMs) {
    const news = this.#news.get(kind);
    if (!news) return;
    const over = nowMs >= news.until;
    if (over) this.#news.delete(kind);
    const { what, device } = news;
    this.#notices.show(keyOf(kind, what), !over, {
      values: { device: device.label || '?' },
      does: `use-${kind}`,
      ...(what === 'offer' ? { action: () => this.#take(kind, device.deviceId) } : {}),
    });
  }

  /** @param {Kind} kind @param {string} deviceId */
  #take(kind, deviceId) {
    void this.#media.choose(kind, deviceId);
    this.#news.delete(kind);
    this.#notices.show(keyOf(kind, 'offer'), false);
  }

  close() {
    clearTimeout(this.#timer);
    this.#forget();
  }
}

/** @param {Kind} kind @param {News['what']} what */
function keyOf(kind, what) {
  return `devices.${kind}_${what}`;
}
