/** The organiser's glossary of a room or of an event: term by term, or as a sheet that is looked at before it counts. */

import * as api from '../api.js';
import { say } from '../i18n.js';
import { dialog } from './dialog.js';
import { h, setText } from './dom.js';
import { icon } from './icons.js';
import { attempt, errors } from './schedule.js';
import { TermTable } from './term_table.js';

/** @import {GlossaryReport} from '../api.js' */
/** @import {Term} from '../protocol.js' */

/** So many terms of a sheet are named; the rest is a number. */
const NAMED = 12;

/**
 * @param {api.GlossaryOf} whose
 * @param {string} name of the room or event, for the heading
 * @param {readonly string[]} languages
 */
export function glossaryDialog(whose, name, languages) {
  const path = api.glossaryPath(whose);
  const failure = h('div', { class: 'report', role: 'status' });
  const about = h('p', { class: 'hint', 'data-t': 'event' in whose ? 'glossary.event_hint' : 'glossary.room_hint' });
  const act = (/** @type {() => Promise<readonly Term[]>} */ change) => void attempt(failure, async () => {
    show(await change());
    failure.replaceChildren();
  });
  const table = new TermTable({
    onPut: ({ replaces, ...term }) => act(() => api.changeGlossary(path, { put: [term], remove: replaces ? [replaces] : [] })),
    onRemove: ({ term }) => act(() => api.changeGlossary(path, { remove: [term] })),
  });
  /** @param {readonly Term[]} terms */
  const show = (terms) => {
    const tags = [...new Set([...languages, ...terms.flatMap(({ translations }) => Object.keys(translations))])];
    table.render(terms, tags.length > 0 ? tags : ['ko', 'en']);
  };
  const sheet = sheetPart(path, () => act(() => api.glossary(path)));
  dialog('glossary.title', h('div', { class: 'dialog-body' },
    h('p', { class: 'glossary-of' }, name), about, failure, table.element, sheet));
  void attempt(failure, async () => {
    show(await api.glossary(path));
    table.focus();
  });
}

/** @param {string} path @param {() => void} onImported */
function sheetPart(path, onImported) {
  const file = h('input', { type: 'file', accept: '.csv,text/csv', name: 'sheet', class: 'offscreen' });
  const name = h('span', { class: 'file-name' });
  const replace = h('input', { type: 'checkbox', name: 'replace' });
  const report = h('div', { class: 'report', role: 'status' });
  const submit = h('button', { type: 'button', class: 'primary', 'data-action': 'import-terms', 'data-t': 'schedule.import', disabled: true });
  /** @type {File | undefined} */
  let chosen;
  const look = () => attempt(report, async () => {
    submit.disabled = true;
    if (!chosen) return;
    const found = await api.importGlossary(path, chosen, { dryRun: true, replace: replace.checked });
    report.replaceChildren(found.errors.length > 0 ? errors(found.errors) : plan(found));
    submit.disabled = found.errors.length > 0 || found.added.length + found.changed.length + found.removed.length === 0;
  });
  file.addEventListener('change', () => {
    chosen = file.files?.[0] ?? chosen;
    file.value = '';
    setText(name, chosen?.name ?? '');
    void look();
  });
  replace.addEventListener('change', () => void look());
  submit.addEventListener('click', () => void attempt(report, async () => {
    if (!chosen) return;
    submit.disabled = true;
    await api.importGlossary(path, chosen, { dryRun: false, replace: replace.checked });
    chosen = undefined;
    setText(name, '');
    report.replaceChildren(h('p', { class: 'hint', 'data-t': 'glossary.imported' }));
    onImported();
  }));
  return h('details', { class: 'glossary-sheet' }, h('summary', { 'data-t': 'glossary.sheet', 'data-action': 'glossary-sheet' }),
    h('p', { class: 'hint', 'data-t': 'glossary.sheet_hint' }),
    h('div', { class: 'sheet-row' },
      h('label', { class: 'file' }, file, h('span', { class: 'button', 'data-t': 'schedule.choose' }), name),
      h('label', { class: 'check' }, replace, h('span', { 'data-t': 'glossary.replace' }))),
    report,
    h('div', { class: 'sheet-row' },
      h('a', { class: 'button', href: `${path}.csv`, download: '', 'data-action': 'export-terms' }, icon('download'), h('span', { 'data-t': 'glossary.export' })), submit));
}

/** @param {GlossaryReport} found */
function plan(found) {
  /** @type {[string, string[]][]} */
  const kinds = [['added', found.added], ['changed', found.changed], ['removed', found.removed]];
  const parts = kinds.filter(([, terms]) => terms.length > 0).map(([kind, terms]) => {
    const heading = h('h3');
    say(heading, `glossary.sheet_${kind}`, { count: terms.length });
    const named = terms.slice(0, NAMED).join(', ') + (terms.length > NAMED ? ' …' : '');
    return h('section', { class: 'report-part' }, heading, h('p', {}, named));
  });
  const same = h('h3');
  say(same, 'glossary.sheet_unchanged', { count: found.unchanged });
  return h('div', {}, ...parts, ...(found.unchanged > 0 ? [h('section', { class: 'report-part' }, same)] : []));
}
