/** What went wrong with a recording, as the key of the sentence that says what one can do. */

/** @import {BoardRoom} from './protocol.js' */

const STOPPED = new Set(['disk_full', 'disk_slow', 'disk_error', 'not_configured']);

/** @param {string | null} code why recording stopped @returns {string} how the key of its sentence ends */
export function stoppedBy(code) {
  return code !== null && STOPPED.has(code) ? code : 'other';
}

/**
 * For the organiser, who can begin it again.
 * @param {Pick<BoardRoom, 'recording' | 'recording_code' | 'unmade_recording'>} room
 * @returns {string | null}
 */
export function trouble({ recording, recording_code, unmade_recording }) {
  if (recording === 'failed') return `recordings.stopped_${stoppedBy(recording_code)}`;
  return unmade_recording === null ? null : `recordings.unmade_${unmade_recording}`;
}
