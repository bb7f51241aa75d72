/** What the room page knows, and how each message changes it. Pure: a state and a message in, a state out. */

import { rejoined, spokenIn, withCaption, withoutCaption } from './captions.js';
import { withNetwork } from './network.js';

/** @import {Announcement, Caption, Deed, HelpCall, Interpretation, Level, LinkStatus, Machine, Media, Network, PartnerMessage, Person, Picture, Recording, Replacement, Room, RoomMessage, Side, Term, Transcription, Wish} from './protocol.js' */

/** One's own steps at the desk. @typedef {{undo: number, redo: number, caption: string | null, changed: number, kind: Deed | 'known'}} History */
/** What an interpreter asked for last. @typedef {{wish: Wish, to: Side, by: string, at: string}} Asked */

/**
 * @typedef {object} RoomView
 * @property {LinkStatus} link
 * @property {string | null} you person id, null before the first `joined`
 * @property {Room | null} room
 * @property {readonly Person[]} people
 * @property {readonly Caption[]} captions by time of speech
 * @property {Media} media
 * @property {readonly Network[]} networks those that are not good
 * @property {Readonly<Record<string, Level>>} levels of people who do not receive everything
 * @property {Readonly<Record<string, readonly Picture[]>>} paused what they do not receive although their level shows pictures
 * @property {Transcription} transcription
 * @property {readonly Term[]} glossary the newest terms first; empty for those who may not change it
 * @property {Recording} recording
 * @property {Interpretation} interpretation
 * @property {Machine} machine
 * @property {readonly Replacement[]} replacements the newest first
 * @property {readonly PartnerMessage[]} partners what those at the desk write each other
 * @property {History} history
 * @property {Asked | null} asked
 * @property {readonly HelpCall[]} help who calls the organiser
 * @property {boolean} helped one's own call was answered
 * @property {Announcement | null} announcement the organiser's last one
 * @property {number} clockMs the server's clock minus ours
 * @property {string | null} end code of the fatal error, or `left`
 */

/** @typedef {RoomMessage | {type: 'link', status: LinkStatus} | {type: 'left'}} Action */

/** @type {RoomView} */
export const start = {
  link: 'connecting',
  you: null,
  room: null,
  people: [],
  captions: [],
  media: { epoch: null, state: 'unavailable' },
  networks: [],
  levels: {},
  paused: {},
  transcription: { state: 'unavailable', demo: false, languages: [], routes: [] },
  glossary: [],
  recording: { allowed: false, state: 'off', unanswered: 0, answer: null, code: null },
  interpretation: { mode: 'simultaneous', turn: 'speakers', seats: [], handovers: [] },
  machine: { holding: [], held: [], paused: [] },
  replacements: [],
  partners: [],
  history: { undo: 0, redo: 0, caption: null, changed: 0, kind: 'known' },
  asked: null,
  help: [],
  helped: false,
  announcement: null,
  clockMs: 0,
  end: null,
};

/**
 * @param {RoomView} state
 * @param {Action} action
 * @param {number} nowMs our clock
 * @returns {RoomView} the same object where nothing changed
 */
export function reduce(state, action, nowMs) {
  switch (action.type) {
    case 'link':
      return { ...state, link: action.status };
    case 'left':
      return { ...state, end: state.end ?? 'left' };
    case 'joined':
      return {
        ...state,
        link: 'open',
        you: action.you.id,
        room: action.room,
        people: action.people,
        captions: rejoined(state.captions, action.captions),
        networks: action.networks ?? [],
        levels: {},
        paused: {},
        media: action.media,
        transcription: action.transcription,
        glossary: action.glossary,
        recording: action.recording,
        machine: machineOf(action.machine),
        replacements: action.replacements,
        partners: action.partner_messages,
        interpretation: resumed(state.interpretation, action.interpretation, action.people),
        help: action.help ?? [],
        announcement: action.announcement ?? null,
        clockMs: Date.parse(action.now_at) - nowMs,
        end: null,
      };
    case 'person':
      return { ...state, people: withPerson(state.people, action.person) };
    case 'person_removed':
      return { ...state, people: state.people.filter(({ id }) => id !== action.id) };
    case 'room':
      return { ...state, room: action.room };
    case 'media':
      return {
        ...state,
        media: { epoch: action.epoch, state: action.state },
        // New connections begin with everything.
        ...(action.epoch === state.media.epoch ? {} : { levels: {}, paused: {} }),
      };
    case 'quality':
      return {
        ...state,
        levels: { ...state.levels, [action.person]: action.level },
        paused: { ...state.paused, [action.person]: action.paused },
      };
    case 'transcription':
      return { ...state, transcription: transcriptionOf(action) };
    case 'caption':
      return changed(state, withCaption(state.captions, action));
    case 'caption_removed':
      return changed(state, withoutCaption(state.captions, action.id));
    case 'recording':
      return { ...state, recording: action };
    case 'glossary':
      return { ...state, glossary: action.terms };
    case 'interpretation':
      return { ...state, interpretation: interpretationOf(action) };
    case 'machine':
      return { ...state, machine: machineOf(action) };
    case 'replacements':
      return { ...state, replacements: action.replacements };
    case 'partner_message':
      return state.partners.some(({ id }) => id === action.id) ? state : { ...state, partners: [...state.partners, action] };
    case 'history':
      return { ...state, history: { undo: action.undo, redo: action.redo, caption: action.caption, changed: action.changed, kind: action.kind } };
    case 'wished':
      return { ...state, asked: { wish: action.wish, to: action.to, by: action.by, at: action.at } };
    case 'network':
      return { ...state, networks: withNetwork(state.networks, action.network) };
    case 'help':
      return { ...state, help: action.calls, helped: helped(state, action) };
    case 'announcement':
      return { ...state, announcement: { id: action.id, text: action.text, said_at: action.said_at } };
    case 'tick':
      return { ...state, clockMs: Date.parse(action.now_at) - nowMs };
    case 'error':
      return action.fatal ? { ...state, end: action.code } : state;
    default:
      return state;
  }
}

/** Somebody looks after it, until one calls again. @param {RoomView} state @param {{calls: HelpCall[], answered: boolean}} news */
function helped({ help, helped: before, you }, { calls, answered }) {
  const calling = (/** @type {readonly HelpCall[]} */ all) => all.some(({ person }) => person === you);
  return (before || (answered && calling(help))) && !calling(calls);
}

/** @param {RoomView} state @param {readonly Caption[]} captions @returns {RoomView} */
function changed(state, captions) {
  return captions === state.captions ? state : { ...state, captions };
}

/** @param {readonly Person[]} people @param {Person} person @returns {readonly Person[]} */
function withPerson(people, person) {
  const at = people.findIndex((other) => other.id === person.id);
  return at < 0 ? [...people, person] : people.map((other) => (other.id === person.id ? person : other));
}

/** @param {Transcription} message @returns {Transcription} */
function transcriptionOf({ state, demo, languages, routes }) {
  return { state, demo, languages, routes };
}

/** @param {Machine} message @returns {Machine} */
function machineOf({ holding, held, paused }) {
  return { holding, held, paused };
}

/** @param {Interpretation} message @returns {Interpretation} */
function interpretationOf({ mode, turn, seats, handovers }) {
  return { mode, turn, seats, handovers };
}

/**
 * A server that was started anew knows nothing of interpreters until their pages are back: meanwhile they sit where
 * they sat, so that nobody's channel becomes everybody's for a second.
 * @param {Interpretation} before
 * @param {Interpretation} now
 * @param {readonly Person[]} people
 * @returns {Interpretation}
 */
function resumed(before, now, people) {
  const away = before.seats.filter(
    ({ person }) =>
      !now.seats.some((seat) => seat.person === person) && people.some(({ id, present }) => id === person && !present),
  );
  return { ...interpretationOf(now), seats: [...now.seats, ...away.map((seat) => ({ ...seat, connected: false }))] };
}

/**
 * @param {RoomView} state
 * @returns {Person | null} oneself
 */
export function self(state) {
  return state.people.find((person) => person.id === state.you) ?? null;
}

/**
 * @param {RoomView} state
 * @param {string | null} person
 * @returns {Level} what their network lets them receive
 */
export function levelOf(state, person) {
  return (person !== null && state.levels[person]) || 'full';
}

/**
 * @param {RoomView} state
 * @param {string | null} viewer
 * @param {Picture} picture
 * @returns {boolean} whether their network does not let them see it
 */
export function isPaused(state, viewer, { person, source }) {
  if (viewer === null || ['audio', 'text'].includes(levelOf(state, viewer))) return viewer !== null;
  return (state.paused[viewer] ?? []).some((one) => one.person === person && one.source === source);
}

/**
 * @param {RoomView} state
 * @param {string} viewer
 * @returns {'audio' | 'text' | 'screen' | null} what their network has taken: the pictures, the sound too, or one's own screen
 */
export function takenFrom(state, viewer) {
  const level = levelOf(state, viewer);
  if (level === 'audio' || level === 'text') return level;
  return state.you !== null && isPaused(state, viewer, { person: state.you, source: 'screen' }) ? 'screen' : null;
}

/**
 * What is said of one's own level above the picture.
 * @param {RoomView} state
 * @returns {'low' | 'some' | 'audio' | 'text' | null}
 */
export function weakness(state) {
  const level = levelOf(state, state.you);
  if (level === 'full') return null;
  return level === 'low' && (state.paused[state.you ?? ''] ?? []).length > 0 ? 'some' : level;
}

/**
 * The language that the other side reads: of the first person across the table, or of whoever reads another one.
 * @param {RoomView} state
 * @returns {string}
 */
export function otherReads(state) {
  const me = self(state);
  const others = state.people.filter((person) => person.id !== state.you && person.reads !== me?.reads);
  const across = others.find((person) => isParty(person) && person.role !== me?.role);
  return (across ?? others[0])?.reads ?? me?.reads ?? 'en';
}

/** Those whom the consultation is between. @param {{role: string}} person */
export function isParty(person) {
  return person.role === 'seller' || person.role === 'buyer';
}

/**
 * Minutes until the room's time is up, rounded up; negative when it is over.
 * @param {Pick<Room, 'ends_at'> | null} room
 * @param {number} nowMs the server's clock
 * @returns {number | null}
 */
export function minutesLeft(room, nowMs) {
  if (!room?.ends_at) return null;
  return Math.ceil((Date.parse(room.ends_at) - nowMs) / 60_000);
}

/** At which minutes before the end everybody is warned, the last first. */
const WARNINGS = [1, 5];

/**
 * @param {Pick<Room, 'state' | 'ends_at' | 'closes_at'> | null} room
 * @param {number} nowMs the server's clock
 * @returns {{at: string, minutes: number} | null} what is to be said of the time just now; of one that is over only where
 *   the room is going to close
 */
export function warning(room, nowMs) {
  const left = room?.state === 'open' ? minutesLeft(room, nowMs) : null;
  if (left === null) return null;
  if (left <= 0) return room?.closes_at ? { at: 'time_over', minutes: 0 } : null;
  const at = WARNINGS.find((minutes) => left <= minutes);
  return at ? { at: `time_${at}`, minutes: left } : null;
}

/** So long one is asked whether one speaks another language (ms). */
const ASKED_MS = 20_000;

/**
 * The language that one was last heard speaking, where it is not the one that one is listened to in.
 * @param {RoomView} state
 * @param {number} nowMs the server's clock
 * @param {string | null} [into] the language that one interprets into
 * @returns {string | null}
 */
export function heardSpeaking(state, nowMs, into = null) {
  const me = self(state);
  const mine = state.captions.filter((caption) => caption.speaker === state.you && caption.state !== 'partial').at(-1);
  const opened = Date.parse(state.room?.opened_at ?? '');
  if (!me || !mine || !(nowMs - opened - mine.end_ms < ASKED_MS)) return null;
  const lang = spokenIn(mine);
  return lang !== null && mine.lang === (into ?? me.speaks) ? lang : null;
}
