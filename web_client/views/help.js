/** Calls for the organiser, as one sees them in the room: one's own, that it was heard, and, to an organiser, the others'. */

import { self } from '../state.js';

/** @import {RoomView} from '../state.js' */
/** @import {Notices} from './notices.js' */

/** Who gets a button for it: organisers answer, and at a hall's screen nobody sits. @param {string | undefined} role */
export function mayCall(role) {
  return role !== undefined && role !== 'organiser' && role !== 'venue';
}

/** @param {RoomView} state */
export function isCalling({ help, you }) {
  return help.some(({ person }) => person === you);
}

/**
 * @param {RoomView} state
 * @param {{lasting: Notices, passing: Notices}} notices
 * @param {{onHelp: (wanted: boolean) => void, onAnswerHelp: () => void}} handlers
 */
export function tellHelp(state, { lasting, passing }, { onHelp, onAnswerHelp }) {
  lasting.show('notice.help_called', isCalling(state), { action: () => onHelp(false), does: 'help-off' });
  passing.show('notice.help_answered', state.helped);
  const callers = state.people.filter(({ id }) => state.help.some(({ person }) => person === id));
  lasting.show('notice.help_wanted', self(state)?.role === 'organiser' && callers.length > 0, {
    action: onAnswerHelp, does: 'answer-help', values: { names: callers.map(({ name, company }) => name || company).join(', ') },
  });
}
