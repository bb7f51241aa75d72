/** The HTTP interface as the pages use it. Every refusal becomes an ApiError that can be shown. */

export class ApiError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {string} [field]
   */
  constructor(code, message, field) {
    super(message);
    this.code = code;
    this.field = field;
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
  throw new ApiError(code, message, field);
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
export const close = (/** @type {string} */ id) => call('POST', `${room(id)}/close`);
export const health = () => call('GET', '/healthz');

/**
 * @param {string} id
 * @returns {Promise<{url: string}>} the organiser's own link into the room
 */
export const enter = (id) => call('POST', `${room(id)}/enter`);

/**
 * @param {string} id
 * @param {string} person
 * @returns {Promise<{url: string}>}
 */
export const link = (id, person) => call('GET', `${place(id, person)}/link`);

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

/** @param {object} wanted */
export const createRoom = (wanted) => call('POST', '/api/rooms', wanted);

/**
 * @param {string} token
 * @returns {Promise<import('./views/join.js').Place>} what a link is for
 */
export const invitation = (token) => call('GET', `/api/links/${encodeURIComponent(token)}`);
