/** What a person may send: the server decides, the page shows only what works. Pure. */

/** @import {Person, Source} from './protocol.js' */

/** @type {readonly Source[]} */
const ALL = ['microphone', 'camera', 'screen'];
/** @type {Readonly<Record<Person['sends'], readonly Source[]>>} */
const OF_A_VENUE = { nothing: [], sound: ['microphone'], sound_and_picture: ['microphone', 'camera'] };

/** @param {Pick<Person, 'role' | 'sends'>} person @returns {readonly Source[]} */
export function maySend({ role, sends }) {
  if (role === 'venue') return OF_A_VENUE[sends] ?? [];
  return role === 'observer' ? [] : ALL;
}
