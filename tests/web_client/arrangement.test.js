import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrange } from '../../web_client/arrangement.js';

const person = (id, role, values = {}) => ({ id, role, present: true, microphone: false, camera: false, screen: false, ...values });
const ids = (tiles) => tiles.map(({ person: { id }, source }) => (source === 'screen' ? `${id}!` : id));
const shown = (people, you) => {
  const { large, small } = arrange(people, you);
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

test('a shared screen is large and its owner small; one’s own screen is not shown to oneself', () => {
  const sharing = { ...buyer, screen: true };
  assert.deepEqual(shown([seller, sharing, interpreter], 'seller'), [['buyer!'], ['buyer', 'seller', 'interpreter']]);
  assert.deepEqual(shown([seller, sharing], 'buyer'), [['seller'], ['buyer']]);
});

test('an organiser who speaks is seen', () => {
  assert.deepEqual(shown([seller, buyer, { ...organiser, microphone: true }], 'seller')[1], ['seller', 'organiser']);
});

test('parties of one role only see each other', () => {
  assert.deepEqual(shown([seller, person('other', 'seller')], 'seller')[0], ['other']);
});
