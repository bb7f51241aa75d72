import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const CLIENT = new URL('../../web_client/', import.meta.url);

/** The sources of a page's script and of all that it imports. @param {URL} script */
function sourcesOf(script, seen = new Map()) {
  if (seen.has(script.href)) return seen;
  const source = readFileSync(script, 'utf8');
  seen.set(script.href, source);
  for (const [, name] of source.matchAll(/^(?:import|export) .*'(\.[^']+\.js)';$/gm)) sourcesOf(new URL(name, script), seen);
  return seen;
}

test('a page with something that the front desk may not do asks who is signed in', () => {
  const asked = [];
  for (const page of readdirSync(CLIENT).filter((name) => name.endsWith('.html'))) {
    const [, script] = /src="\/static\/(\w+\.js)"/.exec(readFileSync(new URL(page, CLIENT), 'utf8')) ?? [];
    if (!script) continue;
    const sources = [...sourcesOf(new URL(script, CLIENT)).values()];
    if (!sources.some((source) => source.includes("'data-needs'"))) continue;
    assert.ok(sources.some((source) => /await [^\n]*startRights\(\)/.test(source)), page);
    asked.push(page);
  }
  assert.ok(asked.includes('event.html') && asked.includes('organiser.html'), String(asked));
});
