/** When a connection of sound and pictures is given up for a new one. Pure.
 *
 *  Browsers wait 15 to 30 s before they call a connection failed, in case the network returns. Here the socket to the
 *  server says whether it has: a network that carries messages and yet nothing of the connection will not heal it. */

/** A connection that lives is heard again so soon after the network's return (ms). */
const RETURN_MS = 1200;
/** The other end has given up what it has not heard for so long (ms; docs/media.md). */
const FORGOTTEN_MS = 12_000;
/** So long messages may come while nothing of the connection does (ms). */
const ALONE_MS = 4000;

export class Pulse {
  #count = 0;
  /** @type {number | null} */ #heardAt = null;

  /**
   * @param {number} count of what has come in so far, in any unit
   * @param {number} nowMs
   */
  sample(count, nowMs) {
    if (count > this.#count) this.#heardAt = nowMs;
    this.#count = count;
  }

  /**
   * Never of one that was not heard yet: it is still being made.
   * @param {number} nowMs
   * @param {{openedAt: number, heardAt: number}} link when the socket to the server was opened, and heard last
   * @returns {boolean} whether it is beyond hope
   */
  stopped(nowMs, link) {
    if (this.#heardAt === null) return false;
    const silentMs = nowMs - this.#heardAt;
    if (link.openedAt > this.#heardAt) return silentMs >= FORGOTTEN_MS || nowMs - link.openedAt >= RETURN_MS;
    return link.heardAt - this.#heardAt >= ALONE_MS;
  }
}
