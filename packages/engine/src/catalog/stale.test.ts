import { expect, test } from 'vitest';
import type { ProjectFacts } from '../lake/facts.ts';
import type { LedgerEntry } from '../lake/ledger.ts';
import { staleNodes } from './stale.ts';

const parents: Readonly<Record<string, readonly string[]>> = {
  source: [],
  bronze: ['source'],
  // No data of its own: ephemeral.
  between: ['bronze'],
  silver: ['between'],
  gold: ['silver'],
  loop: ['loop', 'bronze'],
};
const facts = Object.fromEntries(
  Object.entries(parents).map(([id, above]) => [id, { id, parents: above }]),
) as unknown as ProjectFacts;

const entryOf = (since: Readonly<Record<string, number>>): LedgerEntry =>
  ({
    nodes: Object.fromEntries(Object.entries(since).map(([node, number]) => [node, { since: number }])),
  }) as unknown as LedgerEntry;

test.each([
  ['nothing after one build', { bronze: 1, silver: 1, gold: 1 }, []],
  [
    'all below what was built alone, through ephemeral models',
    { bronze: 2, silver: 1, gold: 1, loop: 2 },
    ['silver', 'gold'],
  ],
  ['what was not built again', { bronze: 2, silver: 2, gold: 1 }, ['gold']],
  ['a grandchild whose parent is stale too', { bronze: 3, silver: 1, gold: 2 }, ['silver', 'gold']],
  ['nothing below what was built alone later', { bronze: 1, silver: 1, gold: 2 }, []],
])('%s is stale', (_, since, stale) => {
  expect([...staleNodes(entryOf(since), facts)]).toEqual(stale);
});
