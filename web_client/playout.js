/** How long pictures are held so that a lost piece can be repeated before its picture is due. Pure.
 *
 *  A browser holds them for little more than the jitter it has seen. A repeat takes a round trip or two more, on the
 *  sender's line or on one's own, and every picture after the gap waits for it. */

/** What happens in so long is looked at together (ms), unless it says enough sooner. */
const LOOK_MS = 900;
/** Where pieces are missing (ms). */
const FIRST_MS = 250;
/** More with each look at which pictures stood still nevertheless. */
const STEP_MS = 50;
const MOST_MS = 400;
/** So many requests for repeats between two looks are more than an accident. */
const FEW = 2;
/** So long without (ms), and pictures are shown as soon as they come again. */
const CALM_MS = 20_000;

export class Playout {
  /** @type {{asked: number, freezes: number} | null} */ #before = null;
  /** @type {number | null} */ #targetMs = null;
  #askedAt = 0;
  #lookedAt = -LOOK_MS;

  /**
   * @param {readonly any[]} stats of the receiving connection (RTCStats)
   * @param {number} nowMs
   * @returns {number | null} how long to hold pictures (ms); null for as long as the browser thinks right
   */
  look(stats, nowMs) {
    const now = { asked: 0, freezes: 0 };
    for (const stat of stats) {
      if (stat.type !== 'inbound-rtp' || stat.kind !== 'video') continue;
      now.asked += stat.nackCount ?? 0;
      now.freezes += stat.freezeCount ?? 0;
    }
    const before = this.#before ?? now;
    const missing = now.asked - before.asked > FEW;
    if (!missing && nowMs - this.#lookedAt < LOOK_MS) return this.#targetMs;
    this.#lookedAt = nowMs;
    this.#before = now;
    if (missing) {
      this.#askedAt = nowMs;
      const froze = now.freezes > before.freezes;
      this.#targetMs = this.#targetMs === null ? FIRST_MS : Math.min(MOST_MS, this.#targetMs + (froze ? STEP_MS : 0));
    } else if (nowMs - this.#askedAt > CALM_MS) {
      this.#targetMs = null;
    }
    return this.#targetMs;
  }
}
