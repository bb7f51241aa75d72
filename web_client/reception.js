/** What a page sees of the sound and the pictures that it receives, counted between two looks, for the server. Pure. */

/**
 * What the browser counts of one stream since its beginning.
 * @typedef {{freezes: number, frozenS: number, concealed: number, samples: number}} Counts
 */

/**
 * @typedef {object} Report
 * @property {'reception'} type
 * @property {number} interval_ms
 * @property {number} freezes pictures that stood still for longer than they should
 * @property {number} frozen_ms
 * @property {number} concealed share of the sound that had to be made up
 * @property {number} [round_trip_ms]
 */

/** Looks further apart than this say nothing: the page slept (ms). */
const SLEPT_MS = 20_000;
const MOST_MS = 1_000_000_000;

/** @type {Counts} */
const NOTHING = { freezes: 0, frozenS: 0, concealed: 0, samples: 0 };

export class Reception {
  /** @type {Map<string, Counts>} by stream */ #before = new Map();
  #beforeMs = 0;

  /**
   * @param {readonly any[]} stats of all connections (RTCStats)
   * @param {number} nowMs
   * @returns {Report | null} what is new since the last look; null after the first, or where there is nothing to see
   */
  look(stats, nowMs) {
    const streams = new Map(stats.filter(({ type }) => type === 'inbound-rtp').map((one) => [String(one.id), counts(one)]));
    const before = this.#before;
    const interval = nowMs - this.#beforeMs;
    const first = this.#beforeMs === 0;
    this.#before = streams;
    this.#beforeMs = nowMs;
    if (first || interval < 1000 || interval > SLEPT_MS || streams.size === 0) return null;
    const sum = { ...NOTHING };
    for (const [id, now] of streams) {
      const then = before.get(id);
      if (!then) continue;
      for (const name of /** @type {const} */ (['freezes', 'frozenS', 'concealed', 'samples'])) sum[name] += Math.max(0, now[name] - then[name]);
    }
    const trip = roundTripMs(stats);
    return {
      type: 'reception',
      interval_ms: Math.round(interval),
      freezes: Math.min(10_000, sum.freezes),
      frozen_ms: Math.min(MOST_MS, Math.round(sum.frozenS * 1000)),
      concealed: sum.samples > 0 ? Math.min(1, sum.concealed / sum.samples) : 0,
      ...(trip === null ? {} : { round_trip_ms: trip }),
    };
  }
}

/** Silence that is made where somebody says nothing is no gap. @param {any} stat @returns {Counts} */
function counts(stat) {
  return {
    freezes: stat.freezeCount ?? 0,
    frozenS: stat.totalFreezesDuration ?? 0,
    concealed: (stat.concealedSamples ?? 0) - (stat.silentConcealedSamples ?? 0),
    samples: stat.totalSamplesReceived ?? 0,
  };
}

/** @param {readonly any[]} stats @returns {number | null} of the pair in use, the shorter of both connections' */
function roundTripMs(stats) {
  const pairs = stats.filter(({ type, nominated, state }) => type === 'candidate-pair' && nominated && state === 'succeeded');
  const trips = pairs.map(({ currentRoundTripTime }) => currentRoundTripTime).filter((trip) => typeof trip === 'number');
  return trips.length > 0 ? Math.min(60_000, Math.round(Math.min(...trips) * 1000)) : null;
}
