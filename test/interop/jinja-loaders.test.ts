import { afterAll, beforeAll, expect, test } from 'vitest';
import { type JinjaPeer, type LinkedCase, startJinjaPeer } from './jinja-peer.ts';
import { linkedCases } from './linked-cases.ts';
import { renderLinked } from './own-jinja.ts';

// Templates that include, import and extend one another, and templates that escape, against Jinja itself.

let peer: JinjaPeer;
beforeAll(() => {
  peer = startJinjaPeer();
});
afterAll(() => {
  peer.close();
});

function shown(one: LinkedCase): string {
  return Object.entries(one.templates)
    .map(([name, text]) => `${name}: ${text}`)
    .join(' | ');
}

test('templates with loaders render as in Jinja, by both kinds of code', async () => {
  const theirs = await peer.link(linkedCases);
  const differing: unknown[] = [];
  for (const [at, one] of linkedCases.entries()) {
    for (const isAsync of [false, true]) {
      const own = await renderLinked(one, isAsync);
      const jinja = theirs[at] ?? { error: 'missing', message: '' };
      const same =
        'text' in jinja
          ? 'text' in own && own.text === jinja.text
          : 'error' in own && own.error === jinja.error && own.message === jinja.message;
      if (!same) differing.push({ templates: shown(one), isAsync, jinja, own });
    }
  }
  process.stdout.write(`${linkedCases.length} sets of templates\n`);
  expect(differing).toEqual([]);
});
