import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preferred, verdict } from '../../web_client/device_choice.js';

const device = (deviceId, groupId = `${deviceId}-group`) => ({ deviceId, groupId, label: deviceId });
const [built, usb, head] = [device('built'), device('usb'), device('head')];
/** Chromium's list: what the system prefers comes first under another name. */
const list = (first, ...others) => [device('default', first.groupId), first, ...others];
const after = (change) => verdict({ chosen: '', ...change });

test('the one that the system prefers is found with and without its alias', () => {
  assert.equal(preferred([device('default', 'usb-group'), built, usb]), usb);
  assert.equal(preferred([built, usb]), built);
  assert.equal(preferred([]), null);
});

test('a device that is gone is followed by the chosen one, else by the system’s choice, else by none', () => {
  const before = list(usb, built, head);
  assert.deepEqual(after({ before, now: list(built, head), used: usb }), { does: 'switch', device: built, why: 'gone' });
  assert.deepEqual(after({ before, now: list(built, head), used: usb, chosen: 'head' }), { does: 'switch', device: head, why: 'gone' });
  assert.deepEqual(after({ before, now: [], used: usb }), { does: 'lost' });
});

test('after none, the first that comes is taken', () => {
  assert.deepEqual(after({ before: [], now: [built], used: null }), { does: 'switch', device: built, why: 'returned' });
});

test('the chosen one is taken again when it is back', () => {
  const change = { before: list(built), now: list(built, head), used: built };
  assert.deepEqual(after({ ...change, chosen: 'head' }), { does: 'switch', device: head, why: 'returned' });
});

test('whoever chose nothing follows the system; whoever chose stays', () => {
  const change = { before: list(built, usb), now: list(usb, built), used: built };
  assert.deepEqual(after(change), { does: 'switch', device: usb, why: 'default' });
  assert.deepEqual(after({ ...change, chosen: 'built' }), { does: 'keep' });
  assert.deepEqual(after({ ...change, chosen: 'long gone' }), { does: 'switch', device: usb, why: 'default' });
});

test('a new device is offered, but not the other half of the one in use', () => {
  const change = { before: list(built), now: list(built, head), used: built, chosen: 'built' };
  assert.deepEqual(after(change), { does: 'offer', device: head });
  assert.deepEqual(after({ ...change, now: list(built, device('also', 'built-group')) }), { does: 'keep' });
});

test('nothing follows from a list that says the same, nor from what else was unplugged', () => {
  const before = list(built, usb);
  assert.deepEqual(after({ before, now: before, used: built }), { does: 'keep' });
  assert.deepEqual(after({ before, now: list(built), used: built }), { does: 'keep' });
});

test('what was opened under the system’s alias is the device that it meant then', () => {
  const used = device('default', 'built-group');
  const before = list(built, usb);
  assert.deepEqual(after({ before, now: list(built), used }), { does: 'keep' });
  assert.deepEqual(after({ before, now: list(usb, built), used }), { does: 'switch', device: usb, why: 'default' });
  assert.deepEqual(after({ before, now: list(usb), used }), { does: 'switch', device: usb, why: 'gone' });
});

test('an alias without a device behind it is a device as well', () => {
  const alone = [device('default', 'of its own'), built];
  assert.deepEqual(after({ before: alone, now: alone, used: device('default', 'of its own') }), { does: 'keep' });
});
