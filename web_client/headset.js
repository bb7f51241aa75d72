/** Whether a microphone is that of a Bluetooth headset: while it is used, the headset takes and plays sound as a
 *  telephone does. Browsers do not say so; its name does, and its sample rate where they tell it. Pure. */

/** As Windows, macOS, Android, iOS, Linux and Chromium name them. */
const NAMES = /bluetooth|hands-?free|\bHFP\b|\bHSP\b|\bSCO\b|\bAG Audio\b|airpods|\bbuds\d*\b|블루투스|蓝牙|藍牙|ブルートゥース/i;
/** The hands-free profile's better rate; everything else takes at least twice as much (Hz). */
const TELEPHONE_HZ = 16_000;

/**
 * @param {object} microphone
 * @param {string} microphone.label
 * @param {number} [microphone.sampleRate] Hz, as its settings say
 * @returns {boolean}
 */
export function isHandsFree({ label, sampleRate }) {
  return NAMES.test(label) || (sampleRate !== undefined && sampleRate > 0 && sampleRate <= TELEPHONE_HZ);
}

/**
 * @template {{label: string}} D
 * @param {readonly D[]} microphones
 * @returns {D | null} one to use instead: the headset then plays music's quality again
 */
export function betterThan(microphones) {
  return microphones.find(({ label }) => label !== '' && !isHandsFree({ label })) ?? null;
}
