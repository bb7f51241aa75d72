import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrange } from '../../web_client/arrangement.js';

const person = (id, role, values = {}) => ({ id, role, present: true, microphone: false, camera: false, screen: false, ...values });
const ids = (tiles) => tiles.map(({ person: { id }, source }) => (source === 'screen' ? `${id}!` : id));
const shown = (people, you, chosen) => {
  const { large, small } = arrange(people, you, chosen);
  return [ids(large), ids(small)];
};
const seller = person('seller', 'seller');
const buyer = person('buyer', 'buyer');
const interpreter = person('interpreter', 'interpreter');
const organiser = person('organiser', 'organiser');

test('a party sees the other side large, itself and the interpreter small', () => {
  assert.deepEqual(shown([seller, buyer, interpreter, organiser], 'seller'), [['buyer'], ['seller', 'interpreter']]);
  assert.deepEqual(shown([seller, buyer, interpreter, organiser], 'buyer'), [['seller'], ['buyer', 'interpreter']]);
});

test('whoever only looks on sees all parties large and not themselves', () => {
  assert.deepEqual(shown([seller, buyer, interpreter, organiser], 'organiser'), [['seller', 'buyer'], ['interpreter']]);
});

test('the absent other side keeps the large place; absent interpreters have none', () => {
  const away = { present: false };
  assert.deepEqual(shown([seller, { ...buyer, ...away }, { ...interpreter, ...away }], 'seller'), [['buyer'], ['seller']]);
});

test('of several buyers those who are inside are shown', () => {
  const second = person('second', 'buyer');
  assert.deepEqual(shown([seller, { ...buyer, present: false }, second], 'seller')[0], ['second']);
  assert.deepEqual(shown([seller, buyer, second], 'seller')[0], ['buyer', 'second']);
});

const since = (time) => ({ screen: true, screen_at: `2026-01-05T09:${time}:00Z` });

test('a shared screen is large and its owner small; whoever shares sees faces, and their screen small', () => {
  const sharing = { ...buyer, ...since('10') };
  assert.deepEqual(shown([seller, sharing, interpreter], 'seller'), [['buyer!'], ['seller', 'buyer', 'interpreter']]);
  assert.deepEqual(shown([seller, sharing], 'buyer'), [['seller'], ['buyer', 'buyer!']]);
});

test('of two shared screens the newer one is large for everybody, also for who shares the older one', () => {
  const [early, late] = [{ ...seller, ...since('10') }, { ...buyer, ...since('11') }];
  assert.deepEqual(shown([early, late, organiser], 'organiser'), [['buyer!'], ['seller!', 'seller', 'buyer']]);
  assert.deepEqual(shown([early, late], 'seller'), [['buyer!'], ['seller', 'seller!', 'buyer']]);
  assert.deepEqual(shown([early, late], 'buyer'), [['seller'], ['buyer', 'buyer!', 'seller!']]);
  assert.deepEqual(shown([{ ...early, ...since('12') }, late, organiser], 'organiser')[0], ['seller!']);
});

test('a screen whose owner is away is not shown', () => {
  assert.deepEqual(shown([seller, { ...buyer, ...since('10'), present: false }], 'seller'), [['buyer'], ['seller']]);
});

test('what one chose is large as long as it is there', () => {
  const sharing = { ...buyer, ...since('10') };
  assert.deepEqual(shown([seller, sharing], 'seller', 'buyer camera'), [['buyer'], ['seller', 'buyer!']]);
  assert.deepEqual(shown([seller, buyer, interpreter], 'seller', 'interpreter camera'), [['interpreter'], ['seller', 'buyer']]);
  assert.deepEqual(shown([seller, buyer, { ...interpreter, present: false }], 'seller', 'interpreter camera'), [['buyer'], ['seller']]);
  assert.deepEqual(shown([seller, { ...buyer, present: false }, interpreter], 'seller', 'interpreter camera'), [['interpreter'], ['seller']]);
});

test('an organiser who speaks is seen', () => {
  assert.deepEqual(shown([seller, buyer, { ...organiser, microphone: true }], 'seller')[1], ['seller', 'organiser']);
});

test('parties of one role only see each other', () => {
  assert.deepEqual(shown([seller, person('other', 'seller')], 'seller')[0], ['other']);
});
