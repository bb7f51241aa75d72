/** The interpreter's desk: both languages side by side, every finished line to be corrected in place. */

import { lineIn, primary } from '../captions.js';
import { languageName, onLanguage, ownName, say, t } from '../i18n.js';
import { changedPart, keyOf, termOf } from '../terms.js';
import { isParty } from '../state.js';
import { keySign } from './air.js';
import { DeskKeys } from './desk_keys.js';
import { Row } from './desk_row.js';
import { DeskTools, WISHES, toolButton } from './desk_tools.js';
import { h, setAttribute, setText } from './dom.js';
import { GlossaryPanel } from './glossary_panel.js';
import { KeyHelp } from './key_help.js';
import { PartnerPanel } from './partner_panel.js';
import { ReplaceForm } from './replace_form.js';
import { ScrollLock } from './scroll_lock.js';
import { TermNotice } from './term_notice.js';
import { TypedLine } from './typed_line.js';

/** @import {Caption, Term} from '../protocol.js' */
/** @import {Cell} from './desk_row.js' */
/** @import {Correction, Rewording} from './line_editor.js' */
/** @import {TermChange} from './term_table.js' */
/** @import {RoomView} from '../state.js' */

/** So long it is said what became of a key (ms). */
const TOLD_MS = 8000;

export class Desk {
  /** @type {Map<string, Row>} */ #rows = new Map();
  /** @type {Cell | null} */ #editing = null;
  /** @type {RoomView | null} */ #state = null;
  #log = h('div', { role: 'log', 'data-captions': '', class: 'log desk-log', 'data-t-label': 'transcript.title' });
  #empty = h('p', { class: 'log-empty', 'data-t': 'transcript.empty' });
  #lock = new ScrollLock(this.#log);
  #keys = new DeskKeys(this.#log);
  #columns = [this.#columnSelect(0), this.#columnSelect(1)];
  #handlers;
  #panel;
  #notice;
  /** @type {{id: string, lang: string, before: string, rev: number} | null} the line that a new term's counterpart comes from */ #awaited = null;
  #count = h('span', { class: 'count' });
  #open = h('button', { type: 'button', class: 'quiet', 'data-action': 'glossary', 'aria-expanded': 'false', 'aria-keyshortcuts': 'G' }, h('span', { 'data-t': 'glossary.title' }), this.#count, keySign('G'));
  #unread = h('span', { class: 'unread', hidden: true });
  #partners = h('button', { type: 'button', class: 'quiet', 'data-action': 'partners', 'aria-expanded': 'false', 'aria-keyshortcuts': 'P' }, h('span', { 'data-t': 'partner.title' }), this.#unread, keySign('P'));
  #write = toolButton('write', 'W');
  #replace = toolButton('replace', 'R');
  #help = h('button', { type: 'button', class: 'quiet', 'data-action': 'keys', 'aria-expanded': 'false', 'aria-keyshortcuts': '?', 'data-t-label': 'keys.title' }, keySign('?'));
  #status = h('p', { class: 'desk-status', role: 'status' });
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #forget;
  /** @type {Rewording | null} what was corrected last: it may be wrong elsewhere too */ #lastRewording = null;
  /** @type {RoomView['history'] | null} */ #history = null;
  /** @type {RoomView['asked']} */ #asked = null;
  #tools;
  #typed;
  #replacing;
  #partner;
  #keyHelp;

  /**
   * @param {object} handlers
   * @param {(correction: Correction) => void} handlers.onCorrect
   * @param {(change: TermChange) => void} handlers.onTerm
   * @param {(term: string) => void} handlers.onRemoveTerm
   * @param {(message: object) => void} handlers.onDesk
   */
  constructor(handlers) {
    this.#handlers = handlers;
    this.#panel = new GlossaryPanel({
      onPut: handlers.onTerm,
      onRemove: (term) => this.#removed(term),
      onStop: ({ lang, find }) => handlers.onDesk({ type: 'stop_replacing', lang, find }),
      onClose: () => this.#toggle('glossary', false),
    });
    const resume = () => this.#keys.resume();
    this.#tools = new DeskTools(handlers.onDesk);
    this.#typed = new TypedLine((line) => handlers.onDesk({ type: 'say', ...line }), resume);
    this.#replacing = new ReplaceForm(handlers.onDesk, resume);
    this.#partner = new PartnerPanel({
      onTell: (text) => handlers.onDesk({ type: 'tell_partner', text }),
      onClose: () => this.#toggle('partners', false),
      onUnread: (count) => this.#showUnread(count),
    });
    this.#keyHelp = new KeyHelp(() => this.#toggle('keys', false));
    this.#notice = new TermNotice(handlers.onTerm, () => this.#keys.resume());
    this.#open.addEventListener('click', () => this.#toggle('glossary', !this.#panel.open));
    this.#partners.addEventListener('click', () => this.#toggle('partners', !this.#partner.open));
    this.#help.addEventListener('click', () => this.#toggle('keys', !this.#keyHelp.open));
    this.#write.addEventListener('click', () => this.#typed.show(this.#keys.caption?.speaker));
    this.#replace.addEventListener('click', () => this.#replaceFrom());
    this.#bindKeys();
    this.element = h('section', { class: 'desk', 'data-t-label': 'desk.title' },
      h('div', { class: 'desk-main' },
        h('header', { class: 'desk-head' }, h('span', { class: 'desk-corner', 'data-t': 'desk.title' }), ...this.#columns),
        h('div', { class: 'desk-lines' }, this.#empty, this.#log, this.#lock.button), this.#notice.element, this.#replacing.element, this.#typed.element, this.#tools.element,
        h('footer', { class: 'desk-foot' }, this.#status, h('p', { class: 'desk-keys', 'data-t': 'desk.keys' }),
          this.#write, this.#replace, this.#partners, this.#open, this.#help)),
      this.#panel.element, this.#partner.element, this.#keyHelp.element);
  }

  #bindKeys() {
    const keys = this.#keys;
    keys.on('g', () => this.#toggle('glossary', true));
    keys.on('p', () => this.#toggle('partners', true));
    keys.on('?', () => this.#toggle('keys', true));
    keys.on('t', () => this.#notice.shown && this.#notice.focus());
    keys.on('u', () => this.#notice.undo());
    keys.on('w', () => this.#write.click());
    keys.on('r', () => this.#replaceFrom());
    keys.on('n', () => this.#tools.hold());
    keys.on('y', () => this.#tools.confirm());
    keys.on('m', () => this.#pauseSpeaker());
    keys.on('x', () => this.#tools.nextSide());
    keys.onUndo((redo) => this.#handlers.onDesk({ type: redo ? 'redo' : 'undo' }));
    keys.onDigit((at) => this.#tools.wish(WISHES[at]));
    keys.onConfirm((id) => this.#tools.confirm(id));
  }

  /** One of them at a time beside the lines. @param {'glossary' | 'partners' | 'keys'} which @param {boolean} open */
  #toggle(which, open) {
    const panels = { glossary: this.#panel, partners: this.#partner, keys: this.#keyHelp };
    const buttons = { glossary: this.#open, partners: this.#partners, keys: this.#help };
    for (const name of /** @type {const} */ (['glossary', 'partners', 'keys'])) {
      const wanted = open && name === which;
      if (panels[name].open !== wanted) panels[name].toggle(wanted);
      setAttribute(buttons[name], 'aria-expanded', String(wanted));
    }
    if (this.#state) this.#partner.render(this.#state);
    if (!open) this.#keys.resume();
  }

  /** @param {number} count */
  #showUnread(count) {
    this.#unread.hidden = count === 0;
    setText(this.#unread, String(count));
    if (count > 0) say(this.#partners, 'partner.unread', { count }, 'label');
    else {
      this.#partners.removeAttribute('data-t-label');
      this.#partners.removeAttribute('aria-label');
    }
  }

  /** The speaker of the line that one is on, or of the newest. */
  #pauseSpeaker() {
    const on = this.#keys.caption?.id;
    const captions = this.#state?.captions ?? [];
    const caption = captions.find(({ id }) => id === on) ?? captions.at(-1);
    if (caption) this.#tools.pause(caption.speaker);
  }

  /** What is selected in a line, or else what was just corrected. */
  #replaceFrom() {
    const selection = getSelection();
    const text = selection?.toString().trim() ?? '';
    const line = selection?.anchorNode?.parentElement?.closest('.desk-log .line');
    const columns = this.#columns.map(({ value }) => value);
    const beside = (/** @type {string} */ lang) => columns.find((tag) => primary(tag) !== primary(lang)) ?? '';
    const last = this.#lastRewording;
    const part = last && changedPart(last.before, last.after, last.lang);
    if (text && line instanceof HTMLElement) this.#replacing.show({ lang: line.lang, find: text, put: '', other: beside(line.lang) });
    else if (last && part) this.#replacing.show({ lang: last.lang, find: part.before, put: part.after, other: beside(last.lang) });
    else {
      const lang = this.#keys.caption?.lang ?? columns[0] ?? '';
      this.#replacing.show({ lang, find: '', put: '', other: beside(lang) });
    }
  }

  /** Some seconds. @param {string} key @param {Record<string, string | number>} [values] */
  #tell(key, values) {
    say(this.#status, key, values);
    clearTimeout(this.#forget);
    this.#forget = setTimeout(() => {
      this.#status.removeAttribute('data-t');
      setText(this.#status, '');
    }, TOLD_MS);
  }

  /** The term of a correction, in one keystroke: into the glossary, and shown with the way back. @param {Rewording} rewording */
  #reworded({ id, lang, before, after }) {
    const part = changedPart(before, after, lang);
    if (!part) {
      this.#notice.explain('glossary.no_term');
      return;
    }
    const terms = this.#state?.glossary ?? [];
    const caption = this.#state?.captions.find((one) => one.id === id);
    const other = this.#columns.map((select) => select.value).find((tag) => primary(tag) !== primary(lang)) ?? '';
    const line = caption && other ? lineIn(caption, other) : null;
    const change = termOf(part, lang, line && { lang: other, text: line.text }, terms);
    if (!change) {
      this.#notice.explain('glossary.there');
      return;
    }
    this.#handlers.onTerm(change);
    this.#awaited = line && caption && lang === caption.lang ? { id, lang: other, before: line.text, rev: caption.rev } : null;
    this.#notice.show({ term: change, lang, other, undo: () => this.#restore(change, terms) });
  }

  /** As it was before. @param {TermChange} change @param {readonly Term[]} terms */
  #restore(change, terms) {
    const names = [change.term, change.replaces ?? change.term].map(keyOf);
    const before = terms.find(({ term, scope }) => scope === 'room' && names.includes(keyOf(term)));
    if (!before) this.#handlers.onRemoveTerm(change.term);
    else {
      const { term, translations } = before;
      this.#handlers.onTerm({ term, translations, ...(change.replaces ? { replaces: change.term } : {}) });
    }
  }

  /** @param {Term} term */
  #removed(term) {
    this.#handlers.onRemoveTerm(term.term);
  }

  /** The corrected line was translated again: what changed there is the machine's word for the term. */
  #suggest() {
    const awaited = this.#awaited;
    const caption = awaited && this.#state?.captions.find(({ id }) => id === awaited.id);
    const line = caption && awaited && caption.rev > awaited.rev ? lineIn(caption, awaited.lang) : null;
    if (!awaited || !line || line.text === awaited.before) return;
    this.#awaited = null;
    const part = changedPart(awaited.before, line.text, line.lang);
    if (part) this.#notice.suggest(part.after);
  }

  /** @param {number} column */
  #columnSelect(column) {
    const select = h('select', { 'data-column': column, 'data-t-label': 'desk.column' });
    select.addEventListener('change', () => this.#state && this.render(this.#state));
    onLanguage(() => this.#nameLanguages(select));
    return select;
  }

  /** @param {HTMLSelectElement} select */
  #nameLanguages(select) {
    for (const option of select.options) {
      const own = ownName(option.value);
      const here = languageName(option.value);
      option.textContent = own === here ? own : `${own} · ${here}`;
    }
  }

  /** The parties' languages come first; whatever else is spoken or read in the room can be chosen. @param {RoomView} state */
  #offerLanguages(state) {
    const parties = state.people.filter(isParty);
    const all = [...parties, ...state.people].flatMap(({ speaks, reads }) => [speaks, reads]);
    const seller = parties.find(({ role }) => role === 'seller')?.speaks ?? all[0] ?? 'ko';
    const buyer = parties.find(({ role, speaks }) => role === 'buyer' && primary(speaks) !== primary(seller))?.speaks;
    const defaults = [seller, buyer ?? all.find((tag) => primary(tag) !== primary(seller)) ?? seller];
    const tags = all.filter((tag, at) => all.findIndex((other) => primary(other) === primary(tag)) === at);
    this.#columns.forEach((select, column) => {
      if ([...select.options].map(({ value }) => value).join() === tags.join()) return;
      const chosen = select.value && tags.includes(select.value) && select.dataset['chosen'] ? select.value : defaults[column];
      select.replaceChildren(...tags.map((tag) => h('option', { value: tag })));
      this.#nameLanguages(select);
      select.value = tags.find((tag) => primary(tag) === primary(chosen ?? '')) ?? tags[column] ?? '';
    });
  }

  /** @param {RoomView} state */
  render(state) {
    this.#state = state;
    this.#offerLanguages(state);
    const columns = this.#columns.map((select) => select.value);
    const people = new Map(state.people.map((person) => [person.id, person]));
    const held = new Set(state.machine.held);
    /** @type {HTMLElement | null} */
    let before = null;
    for (const caption of state.captions) {
      let row = this.#rows.get(caption.id);
      if (!row) {
        row = new Row((cell) => this.#edit(cell));
        this.#rows.set(caption.id, row);
      }
      row.render(caption, people.get(caption.speaker), columns, held.has(caption.id));
      /** @type {Element | null} */
      const next = before ? before.nextElementSibling : this.#log.firstElementChild;
      if (next !== row.element) this.#log.insertBefore(row.element, next);
      before = row.element;
    }
    this.#sweep(state.captions);
    this.#empty.hidden = state.captions.length > 0;
    this.#panel.render(state.glossary, columns);
    this.#panel.renderReplacements(state.replacements);
    this.#tools.render(state);
    this.#typed.render(state, [...(this.#columns[0]?.options ?? [])].map(({ value }) => value));
    this.#partner.render(state);
    this.#report(state);
    setText(this.#count, state.glossary.length > 0 ? String(state.glossary.length) : '');
    this.#suggest();
    this.#keys.refresh();
    // Somebody who reads or corrects an earlier line is not carried away from it.
    if (!this.#editing && !this.#keys.away) this.#lock.settle();
  }

  /** What became of the last key. @param {RoomView} state */
  #report(state) {
    const { history, asked } = state;
    if (history !== this.#history && this.#history !== null) {
      if (history.kind === 'replaced') this.#tell('desk.replaced', { count: history.changed });
      else if (history.kind === 'reverted') this.#tell('desk.undone', { count: history.changed });
      if (history.kind === 'reverted' && history.caption) this.#keys.goTo(history.caption);
    }
    this.#history = history;
    if (asked !== this.#asked && asked) this.#tell('desk.wish_sent', { wish: t(`wish.${asked.wish}`) });
    this.#asked = asked;
  }

  /** @param {readonly Caption[]} captions */
  #sweep(captions) {
    if (this.#rows.size === captions.length) return;
    const ids = new Set(captions.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
  }

  /** @param {Cell} cell */
  #edit(cell) {
    if (this.#editing === cell) return;
    this.#editing?.editor?.onClose();
    this.#editing = cell;
    cell.edit((correction) => this.#correct(correction), (rewording) => this.#reworded(rewording), () => {
      if (this.#editing === cell) this.#editing = null;
    });
  }

  /** @param {Correction} correction */
  #correct(correction) {
    const caption = this.#state?.captions.find(({ id }) => id === correction.id);
    const line = caption && lineIn(caption, correction.lang);
    if (line) this.#lastRewording = { id: correction.id, lang: line.lang, before: line.text, after: correction.text };
    this.#handlers.onCorrect(correction);
  }

  /** @param {string} code @param {string} message */
  refused(code, message) {
    if (code === 'nothing_to_undo') this.#tell('desk.nothing_to_undo');
    if (code === 'too_many_replacements') this.#tell('desk.too_many_replacements');
    if (code === 'caption_changed' && !this.#editing) this.#tell('desk.others_changed');
    this.#editing?.editor?.refused(code, message);
    this.#panel.refused(code, message);
  }
}
