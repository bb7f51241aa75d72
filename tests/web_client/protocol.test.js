import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection } from '../../web_client/protocol.js';

class FakeSocket {
  static CONNECTING = 0;
  static OPEN = 1;
  static all = [];
  readyState = FakeSocket.CONNECTING;
  sent = [];

  constructor() {
    FakeSocket.all.push(this);
  }

  open() {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }

  say(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  send(text) {
    this.sent.push(JSON.parse(text).type);
  }

  close() {
    this.readyState = 3;
  }
}

/** A connection with clock, sockets and the browser's events in the test's hands. */
function dialled(context) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  FakeSocket.all = [];
  const events = new EventTarget();
  Object.assign(globalThis, {
    WebSocket: FakeSocket,
    addEventListener: events.addEventListener.bind(events),
    document: new EventTarget(),
  });
  globalThis.navigator ??= {};
  const statuses = [];
  const connection = new Connection({
    url: 'ws://test/ws',
    first: () => ({ type: 'join' }),
    onMessage: () => {},
    onStatus: (status) => statuses.push(status),
  });
  connection.start();
  const tick = (ms) => context.mock.timers.tick(ms);
  return { connection, statuses, tick, events, socket: (at = -1) => FakeSocket.all.at(at) };
}

function joined(context) {
  const all = dialled(context);
  all.socket().open();
  all.socket().say({ type: 'joined' });
  assert.deepEqual(all.statuses, ['connecting', 'open']);
  return all;
}

test('a dial without an answer is given up and begun anew at once', (context) => {
  const { tick, statuses } = dialled(context);
  tick(3999);
  assert.equal(FakeSocket.all.length, 1);
  tick(2);
  tick(0);
  assert.equal(FakeSocket.all.length, 2);
  assert.equal(FakeSocket.all[0].readyState, 3);
  assert.deepEqual(statuses, ['connecting', 'lost']);
});

test('silence means that the link is lost', (context) => {
  const { tick, socket, statuses } = joined(context);
  tick(5900);
  socket().say({ type: 'tick' });
  tick(5900);
  assert.equal(statuses.at(-1), 'open');
  tick(200);
  assert.equal(statuses.at(-1), 'lost');
});

test('a link in doubt that answers stays; the socket that was opened beside it goes', (context) => {
  const { connection, tick, socket, statuses } = joined(context);
  connection.check();
  connection.check();
  assert.equal(FakeSocket.all.length, 2);
  assert.deepEqual(socket(0).sent, ['join', 'alive']);
  socket(0).say({ type: 'tick' });
  socket(1).open();
  tick(1000);
  assert.equal(socket(1).readyState, 3);
  assert.deepEqual(socket(1).sent, []);
  assert.equal(connection.send({ type: 'state' }), true);
  assert.deepEqual(socket(0).sent, ['join', 'alive', 'state']);
  assert.deepEqual(statuses, ['connecting', 'open']);
});

test('a link in doubt that does not answer is replaced by the socket beside it, and nobody need know', (context) => {
  const { connection, tick, socket, statuses } = joined(context);
  const before = connection.link.openedAt;
  connection.check();
  socket(1).open();
  tick(300);
  assert.equal(socket(0).readyState, 3);
  assert.deepEqual(socket(1).sent, ['join']);
  assert.deepEqual(statuses, ['connecting', 'open']);
  socket(1).say({ type: 'joined' });
  assert.equal(connection.link.open, true);
  assert.ok(connection.link.openedAt > before);
});

test('in a dead network both are given up', (context) => {
  const { connection, tick, socket, statuses } = joined(context);
  connection.check();
  tick(6001);
  assert.equal(statuses.at(-1), 'lost');
  assert.equal(socket(0).readyState, 3);
  assert.equal(socket(1).readyState, 3, 'the next dial would wait for it');
  tick(10);
  assert.equal(FakeSocket.all.length, 3);
});

test('the network’s return is no reason to wait any longer', (context) => {
  const { tick, socket, events } = joined(context);
  socket().onclose();
  assert.equal(FakeSocket.all.length, 1);
  context.mock.method(performance, 'now', () => 1e9);
  events.dispatchEvent(new Event('online'));
  assert.equal(FakeSocket.all.length, 2);
  tick(3000);
  assert.equal(FakeSocket.all.length, 2, 'the dial that was due is not made as well');
});

test('after the end nothing is dialled', (context) => {
  const { connection, tick, socket, statuses, events } = joined(context);
  connection.stop({ type: 'leave' });
  assert.deepEqual(socket().sent, ['join', 'leave']);
  events.dispatchEvent(new Event('online'));
  tick(60_000);
  assert.equal(FakeSocket.all.length, 1);
  assert.equal(statuses.at(-1), 'ended');
});
