import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HalfDuplex, TURNED_DOWN } from '../../web_client/half_duplex.js';

const SILENT = -90;

/** Steps of 25 ms; the gains that came of them. */
function run(...parts) {
  const duplex = new HalfDuplex();
  let nowMs = 0;
  return parts.map(([ms, farDb, nearDb]) => {
    const gains = [];
    for (const end = nowMs + ms; nowMs < end; nowMs += 25) gains.push(duplex.step(farDb, nearDb, nowMs));
    return gains;
  });
}
const all = (gains, wanted) => gains.every((gain) => gain === wanted);

test('a room in which only its own people speak is never turned down', () => {
  const [gains] = run([3000, SILENT, -10]);
  assert.ok(all(gains, 1));
});

test('while the others speak it is turned down at once, and stays so while the room rings', () => {
  const [before, far, ringing, after] = run([500, SILENT, SILENT], [1000, -20, -22], [375, SILENT, -30], [500, SILENT, SILENT]);
  assert.ok(all(before, 1));
  assert.ok(all(far, TURNED_DOWN));
  assert.ok(all(ringing.slice(0, -1), TURNED_DOWN), 'an echo that comes late is no claim');
  assert.equal(after.at(-1), 1);
});

test('pauses between words do not open it', () => {
  const parts = run(...Array.from({ length: 8 }, (_, at) => (at % 2 ? [250, SILENT, SILENT] : [250, -20, -25])));
  assert.ok(parts.slice(0, -1).flat().every((gain) => gain === TURNED_DOWN));
});

test('whoever goes on speaking louder than the others gets the floor; a bang does not', () => {
  const [bang] = run([200, -30, -5]);
  assert.ok(all(bang, TURNED_DOWN));
  const [both, on] = run([400, -30, -15], [1000, -30, -15]);
  assert.equal(both[0], TURNED_DOWN);
  assert.ok(all(on, 1));
});

test('who had the floor loses it when they stop', () => {
  const [, , after] = run([400, -30, -15], [1000, -30, -15], [1000, -30, -40]);
  assert.equal(after.at(-1), TURNED_DOWN);
});
