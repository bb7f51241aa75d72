import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DraftHistory, changeTo } from '../../web_client/draft_history.js';

const placement = (more) => ({ seller: 's', buyer: 'b', starts_at: '2026-11-23T00:00:00Z', duration_min: 30, booth: 'A', interpreters: ['i'], locked: false, published: true, odd: [{ code: 'clash', who: 'A' }], ...more });
const ONE = placement({});
const MOVED = placement({ booth: 'B', published: false, odd: [] });
const OTHER = placement({ buyer: 'c' });

test('only what differs is put or removed, and only what the server takes', () => {
  assert.deepEqual(changeTo([ONE, OTHER], [ONE, OTHER]), { put: [], remove: [] });
  assert.deepEqual(changeTo([ONE], [{ ...ONE, published: false, odd: [] }]), { put: [], remove: [] });
  const { put, remove } = changeTo([MOVED, OTHER], [ONE]);
  assert.deepEqual(remove, [{ seller: 's', buyer: 'c' }]);
  assert.deepEqual(put, [{ seller: 's', buyer: 'b', starts_at: '2026-11-23T00:00:00Z', duration_min: 30, booth: 'A', interpreters: ['i'], locked: false }]);
  assert.deepEqual(changeTo([ONE], [{ ...ONE, locked: true }]).put.length, 1);
});

test('changes are taken back and made again, in turn', () => {
  const history = new DraftHistory();
  history.note([ONE], [ONE]);
  assert.equal(history.has('undo'), false);
  history.note([ONE], [MOVED]);
  history.note([MOVED], [MOVED, OTHER]);
  assert.deepEqual(history.next('undo'), [MOVED]);
  history.turned('undo', [MOVED, OTHER]);
  assert.deepEqual([history.next('undo'), history.next('redo')], [[ONE], [MOVED, OTHER]]);
  history.turned('redo', [MOVED]);
  assert.deepEqual([history.next('undo'), history.has('redo')], [[MOVED], false]);
  history.turned('undo', [MOVED, OTHER]);
  history.note([MOVED], [ONE]);
  assert.equal(history.has('redo'), false);
  history.forget();
  assert.equal(history.has('undo'), false);
});
