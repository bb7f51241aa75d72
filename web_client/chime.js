/** The sound of the speaker test: three soft notes, long enough to turn the head. */

/** @import {SoundOutput} from './sound_output.js' */

/** C, E and G of the middle octave (Hz), each a little after the one before (s). */
const NOTES = [523.25, 659.25, 783.99];
const STEP_S = 0.18;
const RING_S = 1.1;
const LOUDNESS = 0.22;

/**
 * @param {SoundOutput} output
 * @returns {Promise<void>} when it has faded
 */
export async function chime(output) {
  const context = new AudioContext();
  const sum = context.createGain();
  sum.gain.value = LOUDNESS;
  const release = output.connect(context, sum);
  try {
    await context.resume();
    NOTES.forEach((frequency, at) => ring(context, sum, frequency, context.currentTime + 0.05 + at * STEP_S));
    await new Promise((resolve) => setTimeout(resolve, 1000 * (NOTES.length * STEP_S + RING_S)));
  } finally {
    release();
    await context.close();
  }
}

/** Struck at once, fading like a bell. @param {AudioContext} context @param {AudioNode} into @param {number} frequency @param {number} start */
function ring(context, into, frequency, start) {
  for (const [overtone, share] of /** @type {const} */ ([[1, 1], [2, 0.25], [3, 0.08]])) {
    const tone = context.createOscillator();
    const envelope = context.createGain();
    tone.frequency.value = frequency * overtone;
    envelope.gain.setValueAtTime(0, start);
    envelope.gain.linearRampToValueAtTime(share, start + 0.012);
    envelope.gain.exponentialRampToValueAtTime(0.0005, start + RING_S / overtone);
    tone.connect(envelope).connect(into);
    tone.start(start);
    tone.stop(start + RING_S);
  }
}
