import type { ProjectFacts } from '../lake/facts.ts';
import type { Generation } from '../lake/generation.ts';
import type { Identity } from '../lake/identity.ts';
import type { Head } from '../lake/lake.ts';
import type { LedgerEntry } from '../lake/ledger.ts';
import { quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import type { KnownNode } from './catalog-plan.ts';
import {
  buildRow,
  columnRows,
  fileRows,
  lineageRows,
  nodeRow,
  type Row,
  type ShownNode,
  testRows,
} from './eider-tables.ts';
import { deleteRows, insertRows, listText } from './insert-rows.ts';

/** How many entries the tables `builds` and `tests` tell of. */
const history = 100;

export interface EiderUpdate {
  readonly connection: Connection;
  readonly identity: Identity;
  readonly head: Head;
  readonly facts: ProjectFacts;
  readonly entry: (number: number) => Promise<LedgerEntry>;
  readonly base: { readonly known: ReadonlyMap<string, KnownNode>; readonly number: number };
  /** Generations whose relations were made again. */
  readonly made: ReadonlyMap<string, Generation>;
  readonly dropped: ReadonlySet<string>;
  readonly shown: ReadonlyMap<string, ShownNode>;
  readonly stale: ReadonlySet<string>;
  readonly diverged: ReadonlyMap<string, string>;
}

/** Brings the schema `eider` of the file in use up to date, in one transaction. */
export async function updateEider(update: EiderUpdate): Promise<void> {
  const statements = [
    nodeStatements(update),
    flagStatement(update),
    await historyStatements(update),
    stateStatement(update),
  ];
  await update.connection.query(`BEGIN; ${statements.join(' ')} COMMIT`);
}

function nodeStatements({ diverged, dropped, facts, head, made, shown, stale }: EiderUpdate): string {
  const nodes = [...new Set([...dropped, ...made.keys()])];
  const all = [...made.values()].flatMap((generation) => {
    const how = shown.get(generation.node);
    const { node } = generation;
    if (how === undefined) return [];
    const state = { stale: stale.has(node), diverged: diverged.get(node) ?? null };
    return [{ node, entry: head.entry, facts, generation, shown: how, ...state }];
  });
  return [
    ...(['nodes', 'columns', 'files', 'lineage'] as const).map((table) => deleteRows(table, nodes)),
    insertRows('nodes', all.map(nodeRow)),
    insertRows('columns', all.flatMap(columnRows)),
    insertRows('files', all.flatMap(fileRows)),
    insertRows('lineage', all.flatMap(lineageRows)),
  ].join(' ');
}

/** Nodes whose relation stayed as it was, while something else about them changed. */
function flagStatement({ base, dropped, head, made, stale }: EiderUpdate): string {
  const rows = [...base.known.values()].flatMap((old) => {
    const line = head.entry.nodes[old.node];
    if (line === undefined || made.has(old.node) || dropped.has(old.node)) return [];
    const withheld = head.entry.withheld[old.node] ?? [];
    const same = old.stale === stale.has(old.node) && old.tests === line.tests && old.withheldBy === listText(withheld);
    return same
      ? []
      : [
          `(${quoteText(old.node)}, ${stale.has(old.node)}, ${quoteText(line.tests)}, ${quoteText(listText(withheld))})`,
        ];
  });
  if (rows.length === 0) return '';
  return `UPDATE "eider"."nodes" AS n SET stale = v.stale, tests = v.tests, withheld_by = v.withheld FROM (VALUES ${rows.join(', ')}) AS v(node, stale, tests, withheld) WHERE n.node = v.node;`;
}

async function historyStatements({ base, dropped, entry, facts, head }: EiderUpdate): Promise<string> {
  const last = head.entry.number;
  const builds: Row[] = [];
  const tests = new Map<string, Row>();
  const gone = (node: string): boolean => head.entry.nodes[node] === undefined && facts[node] === undefined;
  for (let number = Math.max(base.number + 1, last - history + 1); number <= last; number++) {
    const each = number === last ? head.entry : await entry(number);
    builds.push(buildRow(each));
    testRows(each).forEach((row, i) => {
      if (!each.tests[i]?.nodes.some(gone)) tests.set(String(row[0]), row);
    });
  }
  const removed = [...dropped].filter(gone).map(quoteText);
  const forgotten =
    removed.length === 0
      ? ''
      : `DELETE FROM "eider"."tests" WHERE list_has_any(string_split(nodes, ', '), [${removed.join(', ')}]);`;
  return [
    `DELETE FROM "eider"."builds" WHERE "number" <= ${last - history};`,
    insertRows('builds', builds),
    forgotten,
    deleteRows('tests', [...tests.keys()]),
    insertRows('tests', [...tests.values()]),
  ].join(' ');
}

function stateStatement({ head, identity }: EiderUpdate): string {
  const { facts, number } = head.entry;
  return `DELETE FROM "eider"."state"; ${insertRows('state', [[identity.id, identity.project, number, facts, 1]])}`;
}
