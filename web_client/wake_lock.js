/** The screen stays on while one is in the call. Systems take the lock away whenever the page is out of sight. */

export class WakeLock {
  /** @type {WakeLockSentinel | null} */ #lock = null;
  #wanted = false;

  constructor() {
    this.renew = this.renew.bind(this);
  }

  /** Whether the screen is kept on just now. */
  get held() {
    return this.#lock !== null && !this.#lock.released;
  }

  start() {
    this.#wanted = true;
    document.addEventListener('visibilitychange', this.renew);
    void this.renew();
  }

  async renew() {
    if (!this.#wanted || this.held || document.visibilityState !== 'visible' || !navigator.wakeLock) return;
    // A phone that saves its battery refuses: then the screen goes out, and the call goes on.
    const lock = await navigator.wakeLock.request('screen').catch(() => null);
    if (this.#wanted) this.#lock = lock;
    else void lock?.release();
  }

  stop() {
    this.#wanted = false;
    document.removeEventListener('visibilitychange', this.renew);
    void this.#lock?.release();
    this.#lock = null;
  }
}
