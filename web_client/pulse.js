/** When a connection of sound and pictures is doubted, and when it is given up for a new one. Pure.
 *
 *  Browsers wait 15 to 30 s before they call a connection failed, in case the network returns. Here the socket to the
 *  server says whether it has: a network that carries messages and yet nothing of the connection will not heal it. */

/** @import {Link} from './protocol.js' */

/** So much longer than usual one waits before one doubts (ms). */
const DOUBT_MS = 1200;
/** After the socket's return a connection that lives is heard again so soon (ms). */
const RETURN_MS = 700;
/** The other end has given up what it has not heard for so long (ms; docs/media.md). */
const FORGOTTEN_MS = 12_000;
/** So long messages may come while nothing of the connection does (ms). */
const ALONE_MS = 4000;
/** What is usual is forgotten little by little. */
const MEMORY = 0.9;

export class Pulse {
  #count = 0;
  /** @type {number | null} */ #heardAt = null;
  /** Usual time between signs of life: pictures come all the time, of an idle connection only now and then something. */
  #gapMs = 0;

  /**
   * @param {number} count of what has come in so far, in any unit
   * @param {number} nowMs
   */
  sample(count, nowMs) {
    if (count > this.#count) {
      if (this.#heardAt !== null) this.#gapMs = Math.max(nowMs - this.#heardAt, this.#gapMs * MEMORY);
      this.#heardAt = nowMs;
    }
    this.#count = count;
  }

  /** @param {number} sinceMs @returns {boolean} whether it was heard before, but not since */
  silentSince(sinceMs) {
    return this.#heardAt !== null && this.#heardAt < sinceMs;
  }

  /**
   * @param {number} nowMs
   * @param {Readonly<Link>} link
   * @returns {boolean} whether it and the socket are silent, so that the network may be away, or another one
   */
  doubtful(nowMs, link) {
    if (this.#heardAt === null) return false;
    return nowMs - Math.max(this.#heardAt, link.heardAt) >= DOUBT_MS + this.#gapMs;
  }

  /**
   * Never of one that was not heard yet: it is still being made.
   * @param {number} nowMs
   * @param {Readonly<Link>} link
   * @returns {boolean} whether it is beyond hope
   */
  stopped(nowMs, link) {
    if (this.#heardAt === null) return false;
    if (link.openedAt > this.#heardAt) {
      return nowMs - this.#heardAt >= FORGOTTEN_MS || nowMs - link.openedAt >= RETURN_MS + this.#gapMs;
    }
    return link.heardAt - this.#heardAt >= ALONE_MS + this.#gapMs;
  }
}
