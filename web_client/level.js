/** How loud a microphone is, and whether it has been heard at all. */

/** Quieter than this is no voice but the hiss of a room (dBFS, peak). */
const VOICE_DB = -45;
/** The meter's left end (dBFS). */
const FLOOR_DB = -60;
/** A click is no voice: sound must last (ms in all). */
const HEARD_MS = 160;

/**
 * @param {Float32Array<ArrayBuffer> | readonly number[]} samples -1 to 1
 * @returns {number} peak in dBFS, -Infinity for digital silence
 */
export function peakDb(samples) {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return 20 * Math.log10(peak);
}

/**
 * @param {number} db
 * @returns {number} 0 to 1, for a meter
 */
export function meterLevel(db) {
  return Math.min(1, Math.max(0, (db - FLOOR_DB) / -FLOOR_DB));
}

/** Decides that a microphone works: only by sound that it delivered. */
export class Hearing {
  #soundMs = 0;

  /**
   * @param {number} db peak of the last piece
   * @param {number} elapsedMs its length
   */
  add(db, elapsedMs) {
    if (db > VOICE_DB) this.#soundMs += elapsedMs;
  }

  get heard() {
    return this.#soundMs >= HEARD_MS;
  }
}

const PERIOD_MS = 50;

/** Listens to one track until closed. */
export class LevelMeter {
  /** @type {AudioContext | null} */ #context = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #timer;
  #hearing = new Hearing();

  /**
   * @param {MediaStreamTrack} track
   * @param {(level: number, heard: boolean) => void} onLevel called 20 times a second
   */
  constructor(track, onLevel) {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 2048;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#context = context;
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const db = track.enabled && context.state === 'running' ? peakDb(samples) : -Infinity;
      this.#hearing.add(db, PERIOD_MS);
      onLevel(meterLevel(db), this.#hearing.heard);
    }, PERIOD_MS);
    this.resume = this.resume.bind(this);
    addEventListener('pointerdown', this.resume);
    addEventListener('keydown', this.resume);
  }

  /** Some browsers start audio only after a gesture. */
  resume() {
    if (this.#context?.state === 'suspended') void this.#context.resume();
  }

  close() {
    clearInterval(this.#timer);
    removeEventListener('pointerdown', this.resume);
    removeEventListener('keydown', this.resume);
    void this.#context?.close();
    this.#context = null;
  }
}
