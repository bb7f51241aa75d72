/** One's own screen while it is shared: asked for once at a time, ended by us, the browser's own button or the window
 *  that is closed. */

/** @typedef {'denied' | 'failed'} ShareProblem */

/** More than this nobody can read on a projector, and no uplink of a fair carries. Pages stay sharp, few frames do. */
const VIDEO = { width: { max: 1920 }, height: { max: 1080 }, frameRate: { max: 15 } };

/** Phones cannot share their screen. */
export function canShareScreen() {
  return Boolean(navigator.mediaDevices && 'getDisplayMedia' in navigator.mediaDevices);
}

/**
 * Whoever closes the browser's window has thought better of it; that is no problem. Where the system itself forbids it,
 * Chromium says so in the message.
 * @param {unknown} error what getDisplayMedia threw
 * @returns {ShareProblem | null}
 */
export function shareProblemOf(error) {
  const { name, message } = error instanceof Error ? error : new Error('');
  if (name === 'NotAllowedError') return /system/i.test(message) ? 'denied' : null;
  return name === 'AbortError' || name === 'InvalidStateError' ? null : 'failed';
}

export class ScreenShare {
  /** @type {MediaStreamTrack | null} */ track = null;
  /** @type {ShareProblem | null} */ problem = null;
  #asking = false;
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  async toggle() {
    if (this.track) this.stop();
    else await this.#start();
  }

  async #start() {
    if (this.#asking) return;
    this.#asking = true;
    this.problem = null;
    try {
      const asked = { video: VIDEO, audio: false, selfBrowserSurface: 'exclude', surfaceSwitching: 'include' };
      const [track] = (await navigator.mediaDevices.getDisplayMedia(asked)).getVideoTracks();
      if (track) this.#begin(track);
    } catch (error) {
      this.problem = shareProblemOf(error);
    } finally {
      this.#asking = false;
      this.#onChange();
    }
  }

  /** @param {MediaStreamTrack} track */
  #begin(track) {
    track.contentHint = 'detail';
    track.addEventListener('ended', () => this.track === track && this.stop());
    this.track = track;
  }

  stop() {
    this.track?.stop();
    this.track = null;
    this.#onChange();
  }
}
