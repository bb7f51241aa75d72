import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pause, answering, colleagues, flipped, onChannel, relief, roomLanguages, seatOf, serves, standbyLast, subtitles } from '../../web_client/interpretation.js';

const person = (id, role, speaks, reads = speaks, more = {}) => ({ id, role, name: id, company: '', speaks, reads, present: true, microphone: true, camera: false, screen: false, ...more });
const seller = person('s', 'seller', 'ko');
const buyer = person('b', 'buyer', 'zh-Hans');
const kim = person('kim', 'interpreter', 'ko', 'zh-Hans');
const park = person('park', 'interpreter', 'ko', 'zh-Hans');
const guest = person('g', 'observer', 'en');
const seat = (who, into, more = {}) => ({ person: who, into, air: true, channels: into ? [into] : [], together: false, connected: true, ...more });
const caption = (speaker, lang, more = {}) => ({ type: 'caption', id: `${speaker}${lang}`, speaker, lang, flags: [], state: 'final', text: 'x', translations: {}, ...more });
const room = ({ seats = [], handovers = [], mode = 'simultaneous', captions = [], you = 'kim', people = [seller, buyer, kim, park, guest] } = {}) =>
  ({ you, people, captions, interpretation: { mode, turn: 'speakers', seats, handovers } });

test('without a seat one speaks to everybody; on standby or in turns there is no channel', () => {
  const { interpretation } = room({ seats: [seat('park', 'zh-Hans', { air: false })] });
  assert.deepEqual([seatOf(interpretation, 'kim').air, onChannel(interpretation, 'kim'), onChannel(interpretation, 'park')], [true, null, null]);
  const seats = [seat('kim', 'zh-Hans')];
  assert.equal(onChannel(room({ seats }).interpretation, 'kim'), 'zh-Hans');
  assert.equal(onChannel(room({ seats, mode: 'consecutive' }).interpretation, 'kim'), null);
});

test('whoever flips serves the listeners of both languages', () => {
  const seats = [seat('kim', 'ko', { channels: ['zh-Hans', 'ko'] })];
  assert.deepEqual(['ko', 'zh-Hant', 'en'].map((lang) => serves(room({ seats }), lang)), [true, true, false]);
  // Whoever has left serves nobody, though the place is kept.
  assert.equal(serves(room({ seats, people: [seller, buyer, { ...kim, present: false }] }), 'ko'), false);
});

test('the room’s languages are those of listeners, the parties first, scripts of one language once', () => {
  const taiwan = person('t', 'venue', 'zh-Hant');
  assert.deepEqual(roomLanguages([guest, taiwan, seller, buyer, kim]), ['ko', 'zh-Hans', 'en']);
  assert.deepEqual(roomLanguages([seller, { ...guest, present: false }]), ['ko']);
});

test('the key flips between the interpreter’s own two languages, first away from what was spoken', () => {
  assert.equal(flipped(room(), kim), 'zh-Hans');
  assert.equal(flipped(room({ captions: [caption('b', 'zh-Hans')] }), kim), 'ko');
  assert.equal(flipped(room({ captions: [caption('b', 'zh-Hans'), caption('park', 'ko')] }), kim), 'ko');
  assert.equal(flipped(room({ seats: [seat('kim', 'zh-Hant')] }), kim), 'ko');
  assert.equal(flipped(room({ seats: [seat('kim', 'ko')] }), kim), 'zh-Hans');
  // Somebody whose own languages are not here works between the parties'.
  assert.equal(flipped(room(), person('x', 'interpreter', 'vi', 'ja')), 'zh-Hans');
  assert.equal(flipped(room({ people: [seller, kim] }), kim), 'ko');
  assert.equal(flipped(room({ people: [kim] }), kim), null);
});

test('one’s turn comes in the language that was not just spoken, whatever one spoke before', () => {
  const seats = [seat('kim', 'zh-Hans')];
  assert.equal(answering(room({ seats, captions: [caption('s', 'ko')] }), kim), 'zh-Hans');
  assert.equal(answering(room({ seats, captions: [caption('b', 'zh-Hans')] }), kim), 'ko');
  assert.equal(answering(room({ seats }), kim), 'ko');
});

test('a colleague who is gone counts as long as they have the air', () => {
  const away = { ...park, present: false };
  const people = [seller, buyer, kim, away];
  assert.deepEqual(colleagues(room({ people })), []);
  assert.deepEqual(colleagues(room({ people, seats: [seat('park', 'ko', { connected: false })] })), [away]);
});

test('who waits on standby stands last, and nothing changes where nobody waits', () => {
  const waiting = room({ seats: [seat('kim', 'ko', { air: false }), seat('park', 'ko')] });
  assert.deepEqual(standbyLast(waiting).people, [seller, buyer, park, guest, kim]);
  const working = room({ seats: [seat('kim', 'ko')] });
  assert.equal(standbyLast(working), working);
});

test('what the handover key does follows from where both sit', () => {
  const waiting = seat('kim', 'zh-Hans', { air: false });
  const kindOf = (values) => relief(room(values)).kind;
  assert.equal(kindOf(), 'none');
  assert.equal(kindOf({ seats: [waiting, seat('park', 'zh-Hans')] }), 'ask');
  assert.equal(kindOf({ seats: [waiting, seat('park', 'zh-Hans', { connected: false })] }), 'lost');
  assert.equal(kindOf({ seats: [seat('kim', 'ko'), seat('park', 'ko', { air: false })] }), 'offer');
  assert.equal(kindOf({ seats: [seat('kim', 'ko'), seat('park', 'zh-Hans')] }), 'none');
  const seats = [waiting, seat('park', 'zh-Hans')];
  const between = { giver: 'park', taker: 'kim' };
  assert.equal(kindOf({ seats, handovers: [{ ...between, by: 'kim' }] }), 'asking');
  assert.equal(kindOf({ seats, handovers: [{ ...between, by: 'park' }] }), 'offered');
  assert.equal(kindOf({ seats, handovers: [{ ...between, by: 'kim' }], you: 'park' }), 'asked');
  assert.equal(kindOf({ seats, handovers: [{ ...between, by: 'park' }], you: 'park' }), 'offering');
  assert.equal(relief(room({ seats, handovers: [{ ...between, by: 'kim' }] })).other, park);
});

test('a colleague takes over in a pause of two seconds after they asked, not before', () => {
  const pause = new Pause();
  const moments = (from, db, wanted, count) => Array.from({ length: count }, (_, at) => pause.add(db, wanted, from + at * 100));
  assert.ok(!moments(1000, -90, false, 100).includes(true)); // silent for long, but nobody asked
  assert.ok(!moments(11_000, -20, true, 100).includes(true)); // asked, but speaking
  const silent = moments(21_000, -70, true, 25);
  assert.equal(silent.indexOf(true), 19);
});

test('the interpreter’s words do not push out the translation that says the same, unless one wants to read them', () => {
  const original = caption('s', 'ko');
  const own = caption('b', 'zh-Hans');
  const said = caption('kim', 'zh-Hans', { flags: ['interpretation'] });
  const toAll = caption('kim', 'ko');
  const back = caption('kim', 'ko', { flags: ['interpretation'], id: 'back' });
  const captions = [original, own, said, toAll, back];
  const seats = [seat('kim', 'ko', { channels: ['zh-Hans', 'ko'] })];
  assert.deepEqual(subtitles(room({ captions, seats }), 'zh-Hans', false), [original, own, toAll]);
  assert.deepEqual(subtitles(room({ captions, seats }), 'zh-Hans', true), [own, said]);
  // Nobody interprets: all that is said is shown.
  assert.deepEqual(subtitles(room({ captions: [original, own, said] }), 'zh-Hans', true), [original, own, said]);
});
