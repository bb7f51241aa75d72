/** Cameras and microphones: asking for them, and saying in a word why one is not to be had. */

/** @typedef {'insecure' | 'denied' | 'missing' | 'busy'} Problem */
/** @typedef {'microphone' | 'camera'} Kind */

/**
 * @typedef {object} Capture
 * @property {MediaStreamTrack | null} track
 * @property {Problem | null} problem why there is no track
 */

/** @type {Readonly<Record<Kind, 'audio' | 'video'>>} */
const MEDIA = { microphone: 'audio', camera: 'video' };

/** Phones and tablets: a finger rather than a mouse. */
export function isTouched() {
  return matchMedia('(pointer: coarse)').matches;
}

/** Phones send a smaller picture: their uplink and battery are. */
function isPhone() {
  return isTouched() && matchMedia('(max-width: 900px)').matches;
}

/**
 * What is asked of a device: which one (empty for the browser's choice), and how it should work.
 * @typedef {object} Wanted
 * @property {string} deviceId
 * @property {boolean} [quiet] the noise of the room is taken out; echo always is
 * @property {'user' | 'environment'} [facing] of a phone's cameras, where no device is named
 */

/**
 * @param {boolean} quiet
 * @returns {MediaTrackConstraints}
 */
export function soundConstraints(quiet) {
  return { echoCancellation: true, noiseSuppression: quiet, autoGainControl: true };
}

/**
 * @param {Kind} kind
 * @param {Wanted} wanted
 * @returns {MediaTrackConstraints}
 */
export function constraints(kind, { deviceId, quiet = true, facing = 'user' }) {
  const device = deviceId ? { deviceId: { exact: deviceId } } : {};
  if (kind === 'microphone') return { ...device, ...soundConstraints(quiet) };
  const size = isPhone() ? { width: 640, height: 480 } : { width: 1280, height: 720 };
  return {
    ...device,
    width: { ideal: size.width },
    height: { ideal: size.height },
    frameRate: { ideal: 30, max: 30 },
    ...(deviceId ? {} : { facingMode: { ideal: facing } }),
  };
}

/**
 * @param {unknown} error what getUserMedia threw
 * @returns {Problem}
 */
export function problemOf(error) {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  return 'busy';
}

/**
 * Both at once, so that the browser asks once; each alone where that fails, so that one broken device does not
 * cost the other.
 * @param {Partial<Record<Kind, Wanted>>} wanted
 * @returns {Promise<Record<Kind, Capture>>}
 */
export async function capture(wanted) {
  /** @type {Record<Kind, Capture>} */
  const result = { microphone: { track: null, problem: null }, camera: { track: null, problem: null } };
  const kinds = /** @type {Kind[]} */ (Object.keys(wanted));
  if (!navigator.mediaDevices) {
    for (const kind of kinds) result[kind].problem = 'insecure';
    return result;
  }
  try {
    await take(kinds, wanted, result);
  } catch (error) {
    if (kinds.length === 1 && kinds[0]) result[kinds[0]].problem = problemOf(error);
    else for (const kind of kinds) result[kind] = (await capture({ [kind]: wanted[kind] }))[kind];
  }
  return result;
}

/**
 * @param {Kind[]} kinds
 * @param {Partial<Record<Kind, Wanted>>} wanted
 * @param {Record<Kind, Capture>} result
 */
async function take(kinds, wanted, result) {
  /** @type {MediaStreamConstraints} */
  const asked = {};
  for (const kind of kinds) asked[MEDIA[kind]] = constraints(kind, wanted[kind] ?? { deviceId: '' });
  const stream = await navigator.mediaDevices.getUserMedia(asked);
  for (const kind of kinds) {
    const [track] = kind === 'microphone' ? stream.getAudioTracks() : stream.getVideoTracks();
    result[kind] = { track: track ?? null, problem: track ? null : 'missing' };
  }
}

/**
 * @param {Kind} kind
 * @returns {Promise<MediaDeviceInfo[]>} labels are empty before permission
 */
export async function list(kind) {
  if (!navigator.mediaDevices) return [];
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === `${MEDIA[kind]}input` && device.deviceId);
}
