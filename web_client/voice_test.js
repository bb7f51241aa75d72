/** Hearing oneself: three seconds from the microphone, then played back. Nobody in the room hears them meanwhile. */

/** @import {SoundOutput} from './sound_output.js' */

/** @typedef {'idle' | 'recording' | 'playing' | 'failed'} VoiceState */

const RECORD_MS = 3000;

export class VoiceTest {
  /** @type {VoiceState} */ state = 'idle';
  /** @type {(() => void) | null} */ #stop = null;
  #cancelled = false;
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /**
   * @param {MediaStreamTrack} track of one's own; it is stopped at the end
   * @param {SoundOutput} output
   */
  async run(track, output) {
    if (this.#stop) return;
    this.#cancelled = false;
    try {
      this.#tell('recording');
      const recording = await this.#record(track);
      if (!this.#cancelled) {
        this.#tell('playing');
        await this.#play(recording, output);
      }
      this.#tell('idle');
    } catch {
      this.#tell('failed');
    } finally {
      this.#stop = null;
      track.stop();
    }
  }

  /** Ends what goes on: the recording is played at once, the playback is over. */
  stop() {
    this.#stop?.();
  }

  /** Ends all of it, unheard. */
  cancel() {
    this.#cancelled = true;
    this.stop();
  }

  /** @param {VoiceState} state */
  #tell(state) {
    this.state = state;
    this.#onChange();
  }

  /** @param {MediaStreamTrack} track @returns {Promise<Blob>} */
  #record(track) {
    return new Promise((resolve, reject) => {
      const recorder = new MediaRecorder(new MediaStream([track]));
      /** @type {Blob[]} */
      const parts = [];
      const timer = setTimeout(() => this.stop(), RECORD_MS);
      this.#stop = () => recorder.state !== 'inactive' && recorder.stop();
      recorder.ondataavailable = ({ data }) => parts.push(data);
      recorder.onerror = () => reject(new Error('the recorder failed'));
      recorder.onstop = () => {
        clearTimeout(timer);
        resolve(new Blob(parts, { type: recorder.mimeType }));
      };
      recorder.start();
    });
  }

  /** @param {Blob} recording @param {SoundOutput} output */
  async #play(recording, output) {
    const url = URL.createObjectURL(recording);
    const element = new Audio(url);
    const release = output.attach(element);
    try {
      await new Promise((resolve, reject) => {
        this.#stop = () => resolve(undefined);
        element.onended = () => resolve(undefined);
        element.onerror = () => reject(new Error('the recording cannot be played'));
        element.play().catch(reject);
      });
    } finally {
      element.pause();
      release();
      URL.revokeObjectURL(url);
    }
  }
}
