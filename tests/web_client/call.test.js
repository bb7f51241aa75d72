import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LONGEST_MS } from '../../web_client/backoff.js';
import { Call } from '../../web_client/call.js';

const media = (values = {}) => ({ epoch: 'e1', state: 'ready', ...values });

/** A call inside a room, and the types of the messages that it sends. */
function inside(context) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const sent = [];
  const link = { open: true, openedAt: 0, heardAt: 0 };
  const call = new Call({ send: ({ type }) => sent.push(type), link, onTracks: () => {}, onDoubt: () => {} });
  call.joined(media(), []);
  return { call, link, sent, wait: () => context.mock.timers.tick(LONGEST_MS) };
}

for (const code of ['bad_sdp', 'connection_lost', 'internal', 'media_timeout', 'media_unavailable', 'no_such_peer']) {
  test(`after ${code} the connections are made anew, once, after a wait`, (context) => {
    const { call, sent, wait } = inside(context);
    assert.equal(call.refused(code), true);
    assert.equal(call.refused(code), true);
    assert.deepEqual(sent, ['receive']);
    wait();
    wait();
    assert.deepEqual(sent, ['receive', 'receive']);
  });
}

test('what another attempt does not change is left to the page', (context) => {
  const { call, sent, wait } = inside(context);
  for (const code of ['not_allowed', 'rate_limited', 'caption_changed']) assert.equal(call.refused(code), false);
  wait();
  assert.deepEqual(sent, ['receive']);
});

test('without a media worker nothing is tried; the worker’s return is enough', (context) => {
  const { call, sent, wait } = inside(context);
  call.refused('media_unavailable');
  call.media(media({ state: 'unavailable' }));
  wait();
  assert.deepEqual(sent, ['receive']);
  call.media(media({ epoch: 'e2' }));
  assert.deepEqual(sent, ['receive', 'receive']);
});

test('connections are made with the newest credentials for relays', async (context) => {
  const made = [];
  globalThis.RTCPeerConnection = class {
    constructor({ iceServers }) {
      made.push(iceServers);
    }
    addEventListener() {}
    close() {}
    setRemoteDescription() {
      return Promise.reject(new Error('not wanted here'));
    }
  };
  context.after(() => delete globalThis.RTCPeerConnection);
  const { call } = inside(context);
  const offer = { type: 'subscribe', generation: 1, sdp: 'a=ice-ufrag:a', tracks: [] };
  for (const [epoch, username] of [['e2', 'first'], ['e3', 'second']]) {
    call.relays([{ urls: 'turn:turn.example', username }]);
    call.media(media({ epoch }));
    call.subscribe(offer);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(made.map(([{ username }]) => username), ['first', 'second']);
});

test('while the link is lost nothing is tried; connections that broke meanwhile are made anew after it', (context) => {
  const { call, link, sent, wait } = inside(context);
  link.open = false;
  call.failed();
  wait();
  wait();
  assert.deepEqual(sent, ['receive']);
  link.open = true;
  call.joined(media(), []);
  assert.deepEqual(sent, ['receive', 'receive']);
  wait();
  assert.deepEqual(sent, ['receive', 'receive']);
});

test('a server that has not seen its worker yet does not end what goes on; what was said before is said again', (context) => {
  const { call, sent } = inside(context);
  call.joined(media({ epoch: '', state: 'unavailable' }), []);
  call.media(media());
  assert.deepEqual(sent, ['receive', 'receive'], 'the offer that the first asked for never came');
});
