import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heardSpeaking, isPaused, levelOf, minutesLeft, otherReads, reduce, self, start, takenFrom, warning, weakness } from '../../web_client/state.js';

const person = (id, role, values = {}) => ({
  id, role, name: id, company: '', speaks: 'ko', reads: 'ko', present: true, microphone: false, camera: false, screen: false, ...values,
});
const people = [person('p1', 'seller'), person('p2', 'buyer', { speaks: 'zh-Hans', reads: 'zh-Hans' }), person('p3', 'observer', { reads: 'en' })];
const room = { id: 'r', title: 'T', state: 'open', starts_at: null, duration_min: 30, opened_at: null, ends_at: '2026-03-01T10:00:00Z' };
const joined = {
  type: 'joined', you: people[0], room, people, captions: [], media: { epoch: 'e1', state: 'ready' }, machine: { holding: [], held: [], paused: [] }, replacements: [], partner_messages: [],
  transcription: { state: 'ready', demo: true, languages: ['ko'], routes: [] }, ice_servers: [], interpretation: { mode: 'simultaneous', turn: 'speakers', seats: [], handovers: [] }, now_at: '2026-03-01T09:00:05Z',
};
const caption = { type: 'caption', id: 'c', rev: 1, speaker: 'p1', state: 'partial', lang: 'ko', text: '네', stable: 0, translations: {}, confidence: 1, flags: [], start_ms: 0, end_ms: 1, lag_ms: 1, by: null };
const inside = reduce(start, joined, Date.parse('2026-03-01T09:00:00Z'));

test('joining says who one is, who is there, and what the server’s clock shows', () => {
  assert.equal(self(inside)?.id, 'p1');
  assert.equal(inside.link, 'open');
  assert.equal(inside.clockMs, 5000);
  assert.equal(inside.media.epoch, 'e1');
});

test('what a network takes is known until connections are made anew', () => {
  const weak = reduce(inside, { type: 'quality', person: 'p2', level: 'audio', paused: [] }, 0);
  assert.equal(levelOf(weak, 'p2'), 'audio');
  assert.equal(levelOf(weak, 'p1'), 'full');
  assert.equal(levelOf(weak, null), 'full');
  assert.equal(levelOf(reduce(weak, { type: 'quality', person: 'p2', level: 'full', paused: [] }, 0), 'p2'), 'full');
  assert.equal(levelOf(reduce(weak, { type: 'media', epoch: 'e1', state: 'unavailable' }, 0), 'p2'), 'audio');
  assert.equal(levelOf(reduce(weak, { type: 'media', epoch: 'e2', state: 'ready' }, 0), 'p2'), 'full');
  assert.equal(levelOf(reduce(weak, joined, 0), 'p2'), 'full');
});

test('of small pictures those that do not come are known, one’s own and others’', () => {
  const screen = { person: 'p2', source: 'screen' };
  const camera = { person: 'p2', source: 'camera' };
  const low = reduce(inside, { type: 'quality', person: 'p1', level: 'low', paused: [screen] }, 0);
  assert.deepEqual([isPaused(low, 'p1', screen), isPaused(low, 'p1', camera), isPaused(low, 'p3', screen), isPaused(low, null, screen)], [true, false, false, false]);
  assert.equal(weakness(low), 'some');
  const back = reduce(low, { type: 'quality', person: 'p1', level: 'low', paused: [] }, 0);
  assert.deepEqual([isPaused(back, 'p1', screen), weakness(back)], [false, 'low']);
  const voices = reduce(low, { type: 'quality', person: 'p1', level: 'audio', paused: [] }, 0);
  assert.deepEqual([isPaused(voices, 'p1', camera), weakness(voices)], [true, 'audio']);
  for (const anew of [joined, { type: 'media', epoch: 'e2', state: 'ready' }, { type: 'quality', person: 'p1', level: 'full', paused: [] }]) {
    const whole = reduce(low, anew, 0);
    assert.deepEqual([isPaused(whole, 'p1', screen), weakness(whole)], [false, null]);
  }
});

test('who does not see one’s own screen is known', () => {
  const blind = (level, ...paused) => takenFrom(reduce(inside, { type: 'quality', person: 'p2', level, paused }, 0), 'p2');
  assert.equal(blind('low', { person: 'p1', source: 'screen' }), 'screen');
  assert.equal(blind('low', { person: 'p1', source: 'camera' }, { person: 'p3', source: 'screen' }), null);
  assert.deepEqual([blind('audio'), blind('text'), blind('full')], ['audio', 'text', null]);
});

test('people come, change and are added', () => {
  const left = reduce(inside, { type: 'person', person: person('p2', 'buyer', { present: false }) }, 0);
  assert.deepEqual(left.people.map(({ present }) => present), [true, false, true]);
  const more = reduce(left, { type: 'person', person: person('p9', 'interpreter') }, 0);
  assert.equal(more.people.length, 4);
});

test('who was taken off the list is gone from the room; what they said stays', () => {
  const said = reduce(inside, { ...caption, state: 'final', speaker: 'p2' }, 0);
  const removed = reduce(said, { type: 'person_removed', id: 'p2' }, 0);
  assert.deepEqual(removed.people.map(({ id }) => id), ['p1', 'p3']);
  assert.equal(removed.captions.length, 1);
  assert.equal(removed.you, 'p1');
});

test('an old revision changes nothing at all, so nothing is drawn', () => {
  const shown = reduce(inside, caption, 0);
  assert.equal(shown.captions.length, 1);
  assert.equal(reduce(shown, caption, 0), shown);
  assert.deepEqual(reduce(shown, { type: 'caption_removed', id: 'c' }, 0).captions, []);
});

test('only a fatal error ends the visit, and joining again revives it', () => {
  const error = (fatal) => ({ type: 'error', code: 'room_closed', message: '', fatal });
  assert.equal(reduce(inside, error(false), 0).end, null);
  const ended = reduce(inside, error(true), 0);
  assert.equal(ended.end, 'room_closed');
  assert.equal(reduce(ended, joined, 0).end, null);
  assert.equal(reduce(ended, { type: 'left' }, 0).end, 'room_closed');
});

test('captions outlive a lost link', () => {
  const shown = reduce(inside, { ...caption, state: 'final' }, 0);
  const lost = reduce(shown, { type: 'link', status: 'lost' }, 0);
  assert.equal(reduce(lost, joined, 0).captions.length, 1);
});

test('an unknown message is no reason to fail', () => {
  assert.equal(reduce(inside, { type: 'weather' }, 0), inside);
});

test('the other side’s language is that of the person across the table', () => {
  assert.equal(otherReads(inside), 'zh-Hans');
  assert.equal(otherReads(start), 'en');
});

test('minutes are rounded up before the end and count on after it', () => {
  assert.equal(minutesLeft(room, Date.parse('2026-03-01T09:30:01Z')), 30);
  assert.equal(minutesLeft(room, Date.parse('2026-03-01T10:02:00Z')), -2);
  assert.equal(minutesLeft({ ends_at: null }, 0), null);
});

test('whoever was just heard in another language is asked, until they change it', () => {
  const opened = { type: 'room', room: { ...room, opened_at: '2026-03-01T09:00:00Z' } };
  const said = { ...caption, state: 'final', flags: ['language:zh-Hans'], end_ms: 5000 };
  const at = Date.parse('2026-03-01T09:00:10Z');
  const heard = reduce(reduce(inside, opened, 0), said, 0);
  assert.equal(heardSpeaking(heard, at), 'zh-Hans');
  assert.equal(heardSpeaking(heard, at + 60_000), null);
  // An interpreter is listened to in the language of the channel.
  assert.equal(heardSpeaking(heard, at, 'vi'), null);
  assert.equal(heardSpeaking(heard, at, said.lang), 'zh-Hans');
  assert.equal(heardSpeaking(reduce(heard, { ...said, id: 'd', flags: [], start_ms: 6000, end_ms: 7000 }, 0), at), null);
  assert.equal(heardSpeaking(reduce(heard, { type: 'person', person: person('p1', 'seller', { speaks: 'zh-Hans' }) }, 0), at), null);
  assert.equal(heardSpeaking(reduce(reduce(inside, opened, 0), { ...said, speaker: 'p2' }, 0), at), null);
});

test('the glossary is as the server said last', () => {
  const terms = [{ term: 'GK-350', translations: {}, scope: 'event' }];
  const shown = reduce(reduce(start, { ...joined, glossary: terms }, 0), { type: 'tick', now_at: '2026-03-01T09:00:10Z' }, 0);
  assert.equal(shown.glossary, terms);
  assert.deepEqual(reduce(shown, { type: 'glossary', terms: [] }, 0).glossary, []);
});

test('a server that was started anew moves no interpreter from their channel before they are back', () => {
  const seat = { person: 'p3', into: 'zh-Hans', air: true, channels: ['zh-Hans'], together: false, connected: true };
  const interpretation = { ...joined.interpretation, seats: [seat] };
  const before = reduce(inside, { type: 'interpretation', ...interpretation }, 0);
  assert.deepEqual(before.interpretation.seats, [seat]);
  const absent = [...people.slice(0, 2), person('p3', 'interpreter', { present: false })];
  const again = reduce(before, { ...joined, people: absent }, 0);
  assert.deepEqual(again.interpretation.seats, [{ ...seat, connected: false }]);
  // Who is there and has no seat any more speaks to everybody.
  assert.deepEqual(reduce(before, joined, 0).interpretation.seats, []);
  const moved = { ...seat, into: 'ko' };
  assert.deepEqual(reduce(before, { ...joined, people: absent, interpretation: { ...interpretation, seats: [moved] } }, 0).interpretation.seats, [moved]);
});

test('what those at the desk write is shown once, whoever says it again', () => {
  const message = { type: 'partner_message', id: 1, person: 'p3', name: '박', text: '네', at: '2026-03-01T09:00:00Z' };
  const once = reduce(inside, message, 0);
  assert.deepEqual(once.partners, [message]);
  assert.equal(reduce(once, message, 0), once);
});

test('how far the machine goes comes whole, and is there for who joins', () => {
  const machine = { holding: ['p3'], held: ['r-p1-1'], paused: ['p1'] };
  assert.deepEqual(reduce(inside, { type: 'machine', ...machine }, 0).machine, machine);
  assert.deepEqual(reduce(start, { ...joined, machine }, 0).machine, machine);
});

test('an answered call is known until one calls again', () => {
  const call = (calls, answered = false) => ({ type: 'help', calls, answered });
  const calling = reduce(inside, call([{ person: 'p1', since: '' }]), 0);
  assert.equal(calling.helped, false);
  const answered = reduce(calling, call([], true), 0);
  assert.equal(answered.helped, true);
  assert.equal(reduce(answered, call([{ person: 'p2', since: '' }]), 0).helped, true);
  assert.equal(reduce(answered, call([{ person: 'p1', since: '' }]), 0).helped, false);
  assert.equal(reduce(calling, call([]), 0).helped, false);
  assert.equal(reduce(reduce(inside, call([{ person: 'p2', since: '' }]), 0), call([], true), 0).helped, false);
});

test('the time is said five minutes and one minute before the end, and when the room is about to close', () => {
  const open = { state: 'open', ends_at: '2026-03-01T10:00:00Z', closes_at: null };
  const at = (time, values = {}) => warning({ ...open, ...values }, Date.parse(`2026-03-01T${time}Z`));
  assert.equal(at('09:54:59'), null);
  assert.deepEqual(at('09:55:00'), { at: 'time_5', minutes: 5 });
  assert.deepEqual(at('09:57:30'), { at: 'time_5', minutes: 3 });
  assert.deepEqual(at('09:59:00'), { at: 'time_1', minutes: 1 });
  assert.equal(at('10:00:01'), null);
  assert.deepEqual(at('10:00:01', { closes_at: '2026-03-01T10:05:00Z' }), { at: 'time_over', minutes: 0 });
  assert.equal(at('09:58:00', { state: 'closed' }), null);
  assert.equal(at('09:58:00', { ends_at: null }), null);
});
