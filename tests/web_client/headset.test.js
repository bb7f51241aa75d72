import assert from 'node:assert/strict';
import { test } from 'node:test';
import { betterThan, isHandsFree } from '../../web_client/headset.js';

for (const label of [
  'Headset (WH-1000XM4 Hands-Free AG Audio) (Bluetooth)',
  '마이크(Galaxy Buds2 Pro)',
  'AirPods Pro',
  'Bluetooth headset',
  '헤드셋(블루투스)',
  '耳机 (蓝牙)',
]) {
  test(`a hands-free headset by its name: ${label}`, () => assert.equal(isHandsFree({ label }), true));
}

for (const label of ['MacBook Pro Microphone', 'Headset Microphone (USB Audio Device)', '마이크 배열(Realtek)', '']) {
  test(`none by its name: ${label}`, () => assert.equal(isHandsFree({ label, sampleRate: 48_000 }), false));
}

test('a telephone’s sample rate tells where the name does not', () => {
  assert.equal(isHandsFree({ label: 'Headset', sampleRate: 16_000 }), true);
  assert.equal(isHandsFree({ label: 'Headset', sampleRate: 8000 }), true);
  assert.equal(isHandsFree({ label: 'Headset', sampleRate: 0 }), false);
});

test('another microphone is proposed only where there is one whose name is known', () => {
  const [buds, own] = [{ label: 'Galaxy Buds' }, { label: 'Internal Microphone' }];
  assert.equal(betterThan([buds, own]), own);
  assert.equal(betterThan([buds, { label: '' }]), null);
});
