import assert from 'node:assert/strict';
import { test } from 'node:test';

import { alertsOf, doubtOf, quietFor } from '../../web_client/alerts.js';
import { reduce, start } from '../../web_client/following.js';

const OPENED = '2026-11-23T01:00:00Z';
const at = (seconds) => Date.parse(OPENED) + seconds * 1000;
const person = (id, role, more = {}) => ({ id, role, name: `${id} name`, company: '', speaks: role === 'buyer' ? 'zh-Hans' : 'ko', reads: 'ko', present: true, lost: false, microphone: true, camera: true, screen: false, screen_at: null, sends: 'nothing', encoder: [], ...more });
const room = (state = 'open') => ({ id: 'r1', title: 'Coating', state, starts_at: OPENED, duration_min: 30, opened_at: OPENED, ends_at: null });
const joined = (more = {}) => ({
  type: 'joined', you: person('p3', 'interpreter', { present: false }), room: room(), people: [person('p1', 'seller'), person('p2', 'buyer')], captions: [],
  media: { epoch: 'm', state: 'ready' }, transcription: { state: 'ready', demo: false, languages: [], routes: [] }, ice_servers: [], glossary: [], networks: [],
  recording: { allowed: false, state: 'off', unanswered: 0, answer: null, code: null }, interpretation: { mode: 'simultaneous', turn: 'speakers', seats: [], handovers: [] },
  machine: { holding: [], held: [], paused: [] }, replacements: [], partner_messages: [], now_at: OPENED, ...more,
});
const caption = (n, seconds, more = {}) => ({ type: 'caption', id: `r1-p1-${n}`, rev: 1, speaker: 'p1', state: 'final', lang: 'ko', text: `${n}`, stable: 1, translations: {}, confidence: 0.9, flags: [], start_ms: seconds * 1000 - 500, end_ms: seconds * 1000, lag_ms: 0, by: null, ...more });
const of = (message, id = 'r1') => ({ type: 'of_room', room: id, message });
const told = (messages, now = at(0)) => messages.reduce((state, message) => reduce(state, message, now), start);
const how = (more = {}) => ({ silenceMs: 45_000, checked: new Set(), ...more });
const kinds = (alerts) => alerts.map(({ kind }) => kind);

test('rooms come with joined, and what is said of others counts for nothing', () => {
  const state = told([{ type: 'following', now_at: OPENED }, of(joined()), of(caption(1, 5)), of(caption(1, 5), 'r2')]);
  assert.deepEqual(Object.keys(state.rooms), ['r1']);
  assert.equal(state.rooms.r1.view.captions.length, 1);
});

test('after a lost connection the rooms stay until a tick shows which are not told of again', () => {
  let state = told([{ type: 'following', now_at: OPENED }, of(joined()), of(joined(), 'r2'), { type: 'tick', now_at: OPENED }, { type: 'link', status: 'lost' }]);
  assert.deepEqual(Object.keys(state.rooms), ['r1', 'r2']);
  state = [{ type: 'following', now_at: OPENED }, of(joined())].reduce((all, message) => reduce(all, message, at(9)), state);
  assert.deepEqual(Object.keys(state.rooms), ['r1', 'r2']);
  state = reduce(state, { type: 'tick', now_at: OPENED }, at(9));
  assert.deepEqual(Object.keys(state.rooms), ['r1']);
});

test('a room that was closed says so for a minute; one that is not ours any more goes at once', () => {
  let state = told([of(joined()), of(joined(), 'r2')]);
  state = reduce(state, of({ type: 'room', room: room('closed') }), at(10));
  state = [{ type: 'unfollowed', room: 'r1' }, { type: 'unfollowed', room: 'r2' }].reduce((all, message) => reduce(all, message, at(10)), state);
  assert.deepEqual(Object.keys(state.rooms), ['r1']);
  assert.deepEqual(alertsOf(state.rooms.r1, at(50), how()), []);
  const tick = (seconds) => ({ type: 'tick', now_at: new Date(at(seconds)).toISOString() });
  assert.deepEqual(Object.keys(reduce(state, tick(60), at(60)).rooms), ['r1']);
  assert.deepEqual(Object.keys(reduce(state, tick(80), at(80)).rooms), []);
});

test('captions are bounded', () => {
  const state = told([of(joined()), ...Array.from({ length: 80 }, (_, n) => of(caption(n, n)))]);
  assert.equal(state.rooms.r1.view.captions.length, 60);
  assert.equal(state.rooms.r1.view.captions.at(-1).text, '79');
});

test('silence counts while both sides are there, from the last word or from when they came', () => {
  let state = told([of(joined({ people: [person('p1', 'seller'), person('p2', 'buyer', { present: false })] }))]);
  assert.equal(quietFor(state.rooms.r1, at(500)), null);
  state = reduce(state, of({ type: 'person', person: person('p2', 'buyer') }), at(100));
  assert.equal(quietFor(state.rooms.r1, at(140)), 40_000);
  assert.deepEqual(kinds(alertsOf(state.rooms.r1, at(140), how())), []);
  assert.deepEqual(alertsOf(state.rooms.r1, at(146), how()), [{ kind: 'silence', seconds: 46 }]);
  assert.deepEqual(alertsOf(state.rooms.r1, at(146), how({ silenceMs: 0 })), []);
  state = reduce(state, of(caption(1, 145)), at(146));
  assert.deepEqual(kinds(alertsOf(state.rooms.r1, at(146), how())), []);
  state = reduce(state, of({ type: 'person', person: person('p2', 'buyer', { lost: true }) }), at(150));
  assert.deepEqual(alertsOf(state.rooms.r1, at(300), how()), [{ kind: 'network', names: 'p2 name' }]);
});

test('doubtful captions are told until they are corrected, looked at or old', () => {
  const number = { flags: ['number', 'low_confidence'] };
  let state = told([of(joined()), of(caption(1, 5, { flags: ['low_confidence'] })), of(caption(2, 6, number)), of(caption(3, 7, { flags: ['low_confidence'] }))]);
  const now = at(10);
  assert.deepEqual(alertsOf(state.rooms.r1, now, how()), [
    { kind: 'number', count: 1, captions: 'r1-p1-2' },
    { kind: 'low_confidence', count: 2, captions: 'r1-p1-3' },
  ]);
  assert.deepEqual(kinds(alertsOf(state.rooms.r1, now, how({ checked: new Set(['r1-p1-2']) }))), ['low_confidence']);
  assert.deepEqual(kinds(alertsOf(state.rooms.r1, at(1000), how({ silenceMs: 0 }))), []);
  state = [1, 3].reduce((all, n) => reduce(all, of(caption(n, 5, { rev: 2, state: 'corrected', flags: ['low_confidence'] })), now), state);
  assert.deepEqual(kinds(alertsOf(state.rooms.r1, now, how())), ['number']);
  assert.equal(doubtOf(caption(4, 1, { state: 'partial', flags: ['number'] })), null);
});

test('a colleague who asks, captions that are off and weak networks', () => {
  const interpretation = { mode: 'simultaneous', turn: 'speakers', seats: [], handovers: [{ giver: 'p4', taker: 'p3', by: 'p4' }] };
  const people = [...joined().people, person('p4', 'interpreter')];
  const state = told([of(joined({ people, interpretation, transcription: { state: 'unavailable', demo: false, languages: [], routes: [] }, networks: [{ person: 'p1', grade: 'bad', reasons: ['delay'] }] })), of({ type: 'quality', person: 'p2', level: 'text', paused: [] })]);
  assert.deepEqual(alertsOf(state.rooms.r1, at(900), how()), [
    { kind: 'handover', names: 'p4 name' },
    { kind: 'captions_off' },
    { kind: 'network', names: 'p1 name, p2 name' },
  ]);
});

test('a refusal that ends the connection is kept', () => {
  assert.equal(told([{ type: 'error', code: 'revoked_link', message: '', fatal: true }]).refused, 'revoked_link');
  assert.equal(told([{ type: 'error', code: 'rate_limited', message: '', fatal: false }]).refused, null);
});

test('partners are read once: what was said before, and what one answered, is not new', () => {
  const said = (id, person = 'p5') => ({ type: 'partner_message', id, person, name: 'Lee', text: `${id}`, at: OPENED });
  let state = told([of(joined({ partner_messages: [said(1), said(2)] }))]);
  assert.deepEqual(alertsOf(state.rooms.r1, at(1), how()), []);
  state = [of(said(3)), of(said(4))].reduce((all, message) => reduce(all, message, at(1)), state);
  assert.deepEqual(alertsOf(state.rooms.r1, at(1), how()), [{ kind: 'partner', count: 2, names: 'Lee', text: '4' }]);
  // What came while the connection was lost is new, what was there is not.
  const back = reduce(state, of(joined({ partner_messages: [1, 2, 3, 4, 5].map((id) => said(id)) })), at(2));
  assert.deepEqual(back.rooms.r1.unread.map(({ id }) => id), [3, 4, 5]);
  assert.deepEqual(reduce(back, of(said(6, 'p3')), at(2)).rooms.r1.unread, []);
  assert.deepEqual(reduce(back, { type: 'read', room: 'r1' }, at(2)).rooms.r1.unread, []);
});

test('captions that wait for confirmation are told', () => {
  let state = told([of(joined()), of(caption(1, 5)), of({ type: 'machine', holding: ['p3'], held: ['r1-p1-1'], paused: [] })]);
  assert.deepEqual(alertsOf(state.rooms.r1, at(6), how()), [{ kind: 'held', count: 1, captions: 'r1-p1-1' }]);
  state = reduce(state, of({ type: 'machine', holding: ['p3'], held: [], paused: [] }), at(6));
  assert.deepEqual(alertsOf(state.rooms.r1, at(6), how()), []);
});

test('who calls the organiser is told first', () => {
  const call = { person: 'p2', since: OPENED };
  let state = told([of(joined({ help: [call], networks: [{ person: 'p1', grade: 'bad', reasons: ['delay'] }] }))]);
  assert.deepEqual(alertsOf(state.rooms.r1, at(1), how()), [{ kind: 'help', names: 'p2 name' }, { kind: 'network', names: 'p1 name' }]);
  state = reduce(state, of({ type: 'help', calls: [], answered: true }), at(2));
  assert.deepEqual(kinds(alertsOf(state.rooms.r1, at(2), how())), ['network']);
});
