/** The HTTP interface as the pages use it. Every refusal becomes an ApiError that can be shown. */

export class ApiError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {string} [field]
   * @param {Record<string, unknown>} [details] all that the answer says
   */
  constructor(code, message, field, details = {}) {
    super(message);
    this.code = code;
    this.field = field;
    this.details = details;
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object | Blob} [body]
 * @returns {Promise<any>} the JSON of the answer; null where there is none
 */
export async function call(method, path, body) {
  /** @type {RequestInit} */
  const request = { method, headers: { Accept: 'application/json' } };
  if (body instanceof Blob) request.body = body;
  else if (body) {
    request.body = JSON.stringify(body);
    request.headers = { ...request.headers, 'Content-Type': 'application/json' };
  }
  let response;
  try {
    response = await fetch(path, request);
  } catch {
    throw new ApiError('unreachable', '');
  }
  const json = await response.json().catch(() => null);
  if (response.ok) return json;
  const { code = `http_${response.status}`, message = response.statusText, field } = json?.error ?? {};
  throw new ApiError(code, message, field, json?.error);
}

/** @param {string} id */
function room(id) {
  return `/api/rooms/${encodeURIComponent(id)}`;
}

/** @param {string} id @param {string} person */
function place(id, person) {
  return `${room(id)}/people/${encodeURIComponent(person)}`;
}

export const open = (/** @type {string} */ id) => call('POST', `${room(id)}/open`);
/** @param {string} login @param {string} password @param {string | null} code */
export const signIn = (login, password, code) => call('POST', '/api/sign-in', { login, password, ...(code ? { code } : {}) });
export const signOut = () => call('POST', '/api/sign-out');
/** @param {string} id @param {number} minutes more */
export const extend = (id, minutes) => call('POST', `${room(id)}/extend`, { minutes });

/** @param {string} id @param {string} text */
export const announce = (id, text) => call('POST', `${room(id)}/announcement`, { text });
/** @param {string} id @param {object} change */
export const changeRoom = (id, change) => call('PATCH', room(id), change);
/** @param {string} name @returns {Promise<{booths: {name: string, venue: string}[]}>} */
export const booths = (name) => call('GET', `/api/events/${encodeURIComponent(name)}/booths`);
/** @param {string} name @returns {Promise<{participants: ParticipantShown[]}>} */
export const participants = (name) => call('GET', `/api/events/${encodeURIComponent(name)}/participants`);
/** @param {string} name */
export const attendancePath = (name) => `/api/events/${encodeURIComponent(name)}/attendance.csv`;

export const answerHelp = (/** @type {string} */ id) => call('DELETE', `${room(id)}/help`);
export const close = (/** @type {string} */ id) => call('POST', `${room(id)}/close`);

/** @typedef {{name: string, state: string, restarts: number, message: string | null}} Process */
/** @typedef {{status: string, media_workers: number, transcription_workers: number, models: {demo: boolean, recogniser: string}[], processes: Process[]}} Health */

/** @returns {Promise<Health>} */
export const health = () => call('GET', '/healthz');

/**
 * @param {string} id
 * @param {string} lang that the organiser reads
 * @returns {Promise<{url: string}>} the organiser's own link into the room
 */
export const enter = (id, lang) => call('POST', `${room(id)}/enter`, { speaks: lang, reads: lang });

/**
 * @param {string} id
 * @param {string} person
 * @returns {Promise<{url: string}>}
 */
export const link = (id, person) => call('GET', `${place(id, person)}/link`);

/**
 * @param {string} id
 * @param {string} person
 * @returns {Promise<{url: string}>} a new one; the one before stops working
 */
export const replaceLink = (id, person) => call('POST', `${place(id, person)}/link`);

/**
 * @param {string} id
 * @param {string} person a venue
 * @param {string} sends `nothing`, `sound` or `sound_and_picture`
 */
export const setSends = (id, person, sends) => call('PUT', `${place(id, person)}/sends`, { sends });

/**
 * @param {string} id
 * @param {string} person
 */
export const qrPath = (id, person) => `${place(id, person)}/qr.svg`;

/**
 * @param {string} id
 * @param {string} format
 */
export const transcriptPath = (id, format) => `${room(id)}/transcript.${format}`;

/** @param {string} id @param {boolean} allowed */
export const allowRecording = (id, allowed) => call('PATCH', room(id), { recording_allowed: allowed });

/** @typedef {{files: {name: string, bytes: number, made_at: string}[], making: boolean, unmade: string | null}} Recordings */

/** @param {string} id @returns {Promise<Recordings>} */
export const recordings = (id) => call('GET', `${room(id)}/recordings`);

/** Once more, after it could not be made. @param {string} id @returns {Promise<Recordings>} */
export const makeRecording = (id) => call('POST', `${room(id)}/recordings`);

/** @param {string} id @param {string} name */
export const recordingPath = (id, name) => `${room(id)}/recordings/${encodeURIComponent(name)}`;

/**
 * @param {object} wanted
 * @returns {Promise<{id: string}>}
 */
export const createRoom = (wanted) => call('POST', '/api/rooms', wanted);

/** @typedef {{line: number | null, id: string | null, title: string, starts_at: string | null, fields: string[]}} PlannedRoom */
/** @typedef {{sheet: string, line: number, column: string | null, code: string, message: string, params: Record<string, string | number>}} SheetError */
/** @typedef {{rows: number, errors: SheetError[], warnings: SheetError[], ignored: string[], participants: number, created: PlannedRoom[], changed: PlannedRoom[], unchanged: PlannedRoom[], missing: PlannedRoom[], removed: PlannedRoom[]}} ScheduleReport */

/** @param {string} locale */
export const templatePath = (locale) => `/api/schedule/template.xlsx?lang=${locale === 'ko' ? 'ko' : 'en'}`;

/**
 * @param {Blob} sheet
 * @param {boolean} dryRun only say what would happen
 * @returns {Promise<ScheduleReport>}
 */
export function importSchedule(sheet, dryRun) {
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const query = new URLSearchParams({ timezone, ...(dryRun ? { dry_run: '1' } : {}) });
  return call('POST', `/api/schedule?${query}`, sheet);
}

/** Whose glossary: a room's, or one that all rooms of an event share. @typedef {{room: string} | {event: string}} GlossaryOf */
/** @typedef {{rows: number, errors: SheetError[], added: string[], changed: string[], unchanged: number, removed: string[]}} GlossaryReport */
/** @typedef {{term: string, translations: Record<string, string>}} GlossaryTerm */

/** @param {GlossaryOf} whose */
export const glossaryPath = (whose) => ('room' in whose ? `${room(whose.room)}/glossary` : `/api/events/${encodeURIComponent(whose.event)}/glossary`);

/** @param {{terms: GlossaryTerm[]}} list @returns {readonly import('./protocol.js').Term[]} */
const own = ({ terms }) => terms.map((term) => ({ ...term, scope: /** @type {const} */ ('room') }));

/** @param {string} path */
export const glossary = (path) => call('GET', path).then(own);

/** @param {string} path @param {{put?: GlossaryTerm[], remove?: string[]}} change */
export const changeGlossary = (path, change) => call('PATCH', path, change).then(own);

/**
 * @param {string} path
 * @param {Blob} sheet
 * @param {{dryRun: boolean, replace: boolean}} options
 * @returns {Promise<GlossaryReport>}
 */
export function importGlossary(path, sheet, { dryRun, replace }) {
  const query = new URLSearchParams({ ...(dryRun ? { dry_run: '1' } : {}), ...(replace ? { replace: '1' } : {}) });
  return call('POST', `${path}.csv?${query}`, sheet);
}

/**
 * @param {string} token
 * @returns {Promise<import('./views/join.js').Place>} what a link is for
 */
export const invitation = (token) => call('GET', `/r/${encodeURIComponent(token)}/place`);

/** @typedef {{via: string, who: string, name: string, role: 'administrator' | 'organiser' | 'desk', login: string | null, codes: boolean}} Me */
/** @typedef {{id: string, login: string, name: string, role: Me['role'], codes: boolean, disabled: boolean, created_at: string}} User */
/** @typedef {{number: number, at: string, who: string, name: string, action: string, target: Record<string, string>}} AuditEntry */

/** @returns {Promise<Me>} */
export const me = () => call('GET', '/api/me');

/** @param {string} old @param {string} fresh */
export const changePassword = (old, fresh) => call('POST', '/api/me/password', { old, new: fresh });

/** @returns {Promise<{secret: string, uri: string, qr_svg: string}>} */
export const offerCodes = () => call('POST', '/api/me/codes');

/** @param {string} secret @param {string} code */
export const keepCodes = (secret, code) => call('PUT', '/api/me/codes', { secret, code });
export const dropCodes = () => call('DELETE', '/api/me/codes');

/** @returns {Promise<User[]>} */
export const users = () => call('GET', '/api/users').then(({ users: all }) => all);

/** @param {object} user */
export const createUser = (user) => call('POST', '/api/users', user);

/** @param {string} id @param {object} change */
export const changeUser = (id, change) => call('PATCH', `/api/users/${encodeURIComponent(id)}`, change);

/** @param {number} before number of the last one seen, 0 for the newest @returns {Promise<AuditEntry[]>} */
export const audit = (before) => call('GET', `/api/audit?limit=50${before ? `&before=${before}` : ''}`).then(({ entries }) => entries);

/** @param {string} token @returns {Promise<import('./agenda.js').Day>} */
export const day = (token) => call('GET', `/d/${encodeURIComponent(token)}/day`);

/** @param {string} participant */
export const personalDataUrl = (participant) => `/api/participants/${encodeURIComponent(participant)}/data`;
/** @param {string} participant */
export const erasePerson = (participant) => call('DELETE', personalDataUrl(participant));
/** @param {string} participant @returns {Promise<{url: string}>} the link to a participant's own page */
export const dayLink = (participant) => call('GET', `/api/participants/${encodeURIComponent(participant)}/link`);

/** @typedef {{role: string, name: string, company: string, speaks: string, products: string, categories: string[], website: string, documents: import('./agenda.js').Document[]}} SheetPerson */
/** @typedef {{start_ms: number, role: string, name: string, by: string | null, lines: {lang: string, text: string}[]}} SheetEntry */
/** @typedef {{title: string, event: string, opened_at: string | null, closed_at: string | null, entries: SheetEntry[], left_out: number}} LastMeeting */
/** @typedef {{id: string, title: string, event: string, starts_at: string | null, duration_min: number, booth: string, venue: string, time_zone: string | null, reads: string | null, people: SheetPerson[], interpreters: string[], terms: import('./protocol.js').Term[], last: LastMeeting | null}} Sheet */

/** By an interpreter's own token, or by the organiser's session. @param {{token?: string, room: string}} of @returns {Promise<Sheet>} */
export const preparation = ({ token, room: id }) => call('GET', token === undefined ? `${room(id)}/preparation` : `/d/${encodeURIComponent(token)}/rooms/${encodeURIComponent(id)}/preparation`);

/** @typedef {{name: string, time_zone: string, starts_on: string | null, ends_on: string | null, settings: {opens_early_min: number, opens_itself: boolean, closes_itself: boolean, closes_late_min: number, keeps_days: number | null, consent: Record<string, string>}, rooms: number, participants: number}} EventShown */
/** @typedef {{languages: string[], hours: {starts_at: string, ends_at: string}[], products: string, categories: string[], website: string, notes: string, documents: {title: string, url: string}[]}} Profile */
/** @typedef {{id: string, role: string, name: string, company: string, speaks: string, reads: string, email: string, time_zone: string | null, profile: Profile}} ParticipantShown */
/** @typedef {{field: string, person: string | null, refused: boolean, code: string, message: string, params: Record<string, string | number>}} CellProblem */
/** @typedef {{id: string, role: string, name: string, company: string, participant: string | null, present: boolean}} PlacedPerson */
/** @typedef {{id: string, title: string, state: string, starts_at: string | null, duration_min: number, booth: string, people: PlacedPerson[], problems: CellProblem[]}} Consultation */
/** @typedef {{action: string, label: string, by: string, at: string}} EditShown */
/** @typedef {{id: string, role: string, name: string, company: string}} Named */
/** @typedef {{event: EventShown, booths: {name: string, venue: string}[], participants: ParticipantShown[], former: Named[], consultations: Consultation[], undo: EditShown | null, redo: EditShown | null}} EventPage */
/** @typedef {{action: string, [more: string]: unknown}} EventEdit */

/** @param {string} name */
const event = (name) => `/api/events/${encodeURIComponent(name)}`;

/** @returns {Promise<EventShown[]>} */
export const events = () => call('GET', '/api/events').then(({ events: all }) => all);

/** @param {string} name @param {string} timeZone */
export const createEvent = (name, timeZone) => call('PUT', event(name), { time_zone: timeZone });

/** @param {string} name @returns {Promise<EventPage>} */
export const eventPage = (name) => call('GET', `${event(name)}/page`);

/** @param {string} name @param {EventEdit} edit @param {boolean} confirmed @returns {Promise<EventPage>} */
export const editEvent = (name, edit, confirmed) => call('POST', `${event(name)}/edits${confirmed ? '?confirmed=1' : ''}`, edit);

/** @param {string} name @param {'undo' | 'redo'} way @param {boolean} confirmed @returns {Promise<EventPage>} */
export const turnEdit = (name, way, confirmed) => call('POST', `${event(name)}/${way}${confirmed ? '?confirmed=1' : ''}`);

/** @typedef {{id: string, title: string, state: string, starts_at: string | null, duration_min: number, parties: {role: string, name: string, company: string}[]}} ShownRoom */
/** @typedef {{name: string, event: string, booth: string, venue: string, reads: string, time_zone: string, now: ShownRoom | null, url: string | null, coming: ShownRoom[]}} ShownScreen */
/** @typedef {{now_at: string, pairing: {code: string, url: string, ends_in_s: number} | null, screen: ShownScreen | null}} ScreenState */

/** @returns {Promise<ScreenState>} what a hall's screen shows now */
export const askScreen = () => call('POST', '/venue/screen');

/** @typedef {{id: string, event: string, booth: string, name: string, reads: string, sends: string, bound_at: string, seen_at: string}} BoundScreen */
/** @typedef {{name: string, venue: string}} Booth */

/** @param {string} event */
const eventPath = (event) => `/api/events/${encodeURIComponent(event)}`;

/** @returns {Promise<{name: string}[]>} the latest first */
export const eventNames = () => call('GET', '/api/events').then(({ events }) => events);

/** @param {string} event @returns {Promise<Booth[]>} */
export const boothsOf = (event) => call('GET', `${eventPath(event)}/booths`).then(({ booths }) => booths);

/** @param {string} event @returns {Promise<{screens: BoundScreen[], now_at: string}>} */
export const screensOf = (event) => call('GET', `${eventPath(event)}/screens`);

/** @param {string} event @param {{code: string, booth: string, name?: string, reads: string}} wanted */
export const bindScreen = (event, wanted) => call('POST', `${eventPath(event)}/screens`, wanted);

/** @param {string} id @param {object} change */
export const changeScreen = (id, change) => call('PATCH', `/api/screens/${encodeURIComponent(id)}`, change);

/** @param {string} id */
export const unbindScreen = (id) => call('DELETE', `/api/screens/${encodeURIComponent(id)}`);

/** @typedef {{state: 'waiting' | 'sending' | 'sent' | 'refused' | 'unsure', tries: number, reason: string, made_at: string, ended_at: string | null}} MailState */
/** @typedef {{id: string, role: string, name: string, company: string, reads: string, email: string, consultations: number, standing: 'new' | 'told' | 'changed' | 'nothing', withdrawn: boolean, mail: MailState | null}} MailPerson */

/** @param {string} event @returns {Promise<{sender: string | null, people: MailPerson[]}>} */
export const mailOf = (event) => call('GET', `${eventPath(event)}/mail`);

/** @param {string} event @param {{participants: string[], second: string, note: string, again: boolean}} wanted @returns {Promise<{queued: number}>} */
export const sendMail = (event, wanted) => call('POST', `${eventPath(event)}/mail`, wanted);

/** @param {string} event @param {{second: string, note: string}} how */
export const mailFilesPath = (event, how) => `${eventPath(event)}/mail.zip?${new URLSearchParams(how)}`;

/** @param {string} participant */
const participantPath = (participant) => `/api/participants/${encodeURIComponent(participant)}`;

/** @param {string} participant @param {{second: string, note: string}} how @returns {Promise<{to: string, subject: string, text: string, files: string[]}>} */
export const previewMail = (participant, how) => call('GET', `${participantPath(participant)}/mail?${new URLSearchParams(how)}`);

/** @param {string} participant @param {boolean} rooms whether their links into rooms too */
export const replaceDayLink = (participant, rooms) => call('POST', `${participantPath(participant)}/link?rooms=${rooms}`);

/** @param {string} participant @param {boolean} rooms whether their links into rooms too */
export const withdrawDayLink = (participant, rooms) => call('DELETE', `${participantPath(participant)}/link?rooms=${rooms}`);

/** @param {string} event @returns {Promise<{name: string, time_zone: string}>} */
export const eventOf = (event) => call('GET', eventPath(event));

/** @param {string} event @returns {Promise<import('./protocol.js').BoardRoom[]>} */
export const roomsOf = (event) => call('GET', '/api/rooms').then(({ rooms }) => rooms.filter((/** @type {{event: string}} */ one) => one.event === event));
