/** How much time is left, said in the room when it gets short. The page counts by the server's clock, so that it also
 *  holds for whoever comes in the last minutes, and after an extension. */

import { clock } from '../i18n.js';
import { warning } from '../state.js';

/** @import {RoomView} from '../state.js' */
/** @import {Notices} from './notices.js' */

const KEYS = ['time_5', 'time_1', 'time_5_closes', 'time_1_closes', 'time_over_closes'];

/** @param {RoomView} state @param {Notices} notices @param {number} nowMs our clock */
export function tellTime({ room, clockMs }, notices, nowMs) {
  const said = warning(room, nowMs + clockMs);
  const key = said && `${said.at}${room?.closes_at ? '_closes' : ''}`;
  const values = { minutes: said?.minutes ?? 0, time: clock(room?.closes_at ?? null) };
  for (const each of KEYS) notices.show(`notice.${each}`, each === key, { values });
}
