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

/** A draft that the server gave. */
const draft = (revision, ...placements) => ({ revision, placements });

test('changes are taken back and made again, in turn', () => {
  const history = new DraftHistory();
  history.see(draft(1, ONE));
  history.note(draft(1, ONE), draft(2, ONE));
  assert.equal(history.has('undo'), false);
  history.note(draft(2, ONE), draft(3, MOVED));
  history.note(draft(3, MOVED), draft(4, MOVED, OTHER));
  assert.deepEqual(history.next('undo'), [MOVED]);
  history.turned('undo', draft(4, MOVED, OTHER), draft(5, MOVED));
  assert.deepEqual([history.next('undo'), history.next('redo')], [[ONE], [MOVED, OTHER]]);
  history.turned('redo', draft(5, MOVED), draft(6, MOVED, OTHER));
  assert.deepEqual([history.next('undo'), history.has('redo')], [[MOVED], false]);
  history.turned('undo', draft(6, MOVED, OTHER), draft(7, MOVED));
  history.note(draft(7, MOVED), draft(8, ONE));
  assert.equal(history.has('redo'), false);
  history.see(draft(8, ONE));
  assert.equal(history.has('undo'), true);
  history.forget();
  assert.equal(history.has('undo'), false);
});

test('what somebody else did meanwhile is not taken back with it', () => {
  const changed = () => {
    const history = new DraftHistory();
    history.see(draft(1, ONE));
    history.note(draft(1, ONE), draft(2, MOVED));
    history.see(draft(2, MOVED));
    return history;
  };
  const read = changed();
  read.see(draft(3, MOVED, OTHER));
  assert.equal(read.has('undo'), false);

  // A timetable made anew on top of a change that this page had not seen.
  const made = changed();
  made.note(draft(2, MOVED), draft(4, OTHER));
  made.see(draft(4, OTHER));
  assert.equal(made.has('undo'), false);

  // An answer that comes after the draft was read again, with more in it.
  const late = changed();
  late.see(draft(4, MOVED, OTHER));
  late.note(draft(2, MOVED), draft(3, ONE));
  late.see(draft(3, ONE));
  assert.equal(late.has('undo'), false);
});

test('once more from what somebody else left', () => {
  const history = new DraftHistory();
  history.see(draft(1, ONE));
  history.see(draft(5, OTHER));
  history.note(draft(5, OTHER), draft(6, ONE, OTHER));
  assert.deepEqual(history.next('undo'), [OTHER]);
});
