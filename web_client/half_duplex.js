/** One side at a time, for a room with loudspeakers: its microphone is turned down while the others are heard in it, so
 *  that they do not hear themselves. Whoever in the room goes on speaking louder than them gets the floor. Pure. */

/** Peaks above this are a voice (dBFS). */
const VOICE_DB = -45;
/** The room goes on ringing after the loudspeaker, which itself is late (ms). */
const HOLD_MS = 400;
/** Somebody in the room who is that much louder than the others, for so long, is no echo (dB, ms). */
const LOUDER_DB = 6;
const CLAIM_MS = 400;
/** How far it is turned down: -26 dB. */
export const TURNED_DOWN = 0.05;

export class HalfDuplex {
  #farUntil = -Infinity;
  /** @type {number | null} */ #louderSince = null;
  #nearUntil = -Infinity;

  /**
   * @param {number} farDb peak of what the others say just now (dBFS)
   * @param {number} nearDb peak of the microphone before it is turned down
   * @param {number} nowMs
   * @returns {number} the microphone's gain
   */
  step(farDb, nearDb, nowMs) {
    if (farDb > VOICE_DB) this.#farUntil = nowMs + HOLD_MS;
    const louder = nearDb > VOICE_DB && nearDb > farDb + LOUDER_DB;
    this.#louderSince = louder ? (this.#louderSince ?? nowMs) : null;
    const claims = this.#louderSince !== null && nowMs - this.#louderSince >= CLAIM_MS;
    if (claims || (louder && nowMs < this.#nearUntil)) this.#nearUntil = nowMs + HOLD_MS;
    return nowMs < this.#farUntil && nowMs >= this.#nearUntil ? TURNED_DOWN : 1;
  }
}
