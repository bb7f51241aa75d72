/** What the organiser wrote to the room: the last of it, until one has put it away. */

/** @import {RoomView} from '../state.js' */
/** @import {Notices} from './notices.js' */

const KEY = 'notice.announcement';

export class AnnouncementNotice {
  /** @type {string | null} */ #shown = null;

  /** @param {RoomView} state @param {Notices} notices */
  render({ announcement }, notices) {
    const id = announcement?.id ?? null;
    // A new one is shown although the one before was put away.
    if (id !== this.#shown) notices.show(KEY, false);
    this.#shown = id;
    notices.show(KEY, announcement !== null, { values: { text: announcement?.text ?? '' } });
  }
}
