import type { ProjectFacts } from '../lake/facts.ts';
import type { Generation, GenerationColumn } from '../lake/generation.ts';
import type { LedgerEntry, NodeWork } from '../lake/ledger.ts';
import { publishedType } from './published-type.ts';
import type { PublishedName } from './relation-name.ts';
import { columnNote } from './view-query.ts';

/** A value of a row, written as SQL by `sqlValue`. A list is text: DuckDB 1.0 cannot read a stored list column that holds empty lists alone. */
export type Value = string | number | boolean | null | readonly string[];
export type Row = readonly Value[];

/** The tables of the schema `eider`, with the column that says to which node or entry a row belongs. */
export const eiderTables = {
  state: { key: 'state', columns: 'state VARCHAR, project VARCHAR, "number" BIGINT, facts VARCHAR, format BIGINT' },
  builds: {
    key: 'number',
    columns:
      '"number" BIGINT, build VARCHAR, command VARCHAR, started_at TIMESTAMP, committed_at TIMESTAMP, eider_version VARCHAR, published BIGINT, withheld VARCHAR, dropped VARCHAR, counts VARCHAR',
  },
  nodes: {
    key: 'node',
    columns:
      'node VARCHAR, schema_name VARCHAR, relation_name VARCHAR, shown_as VARCHAR, resource_type VARCHAR, materialized VARCHAR, description VARCHAR, path VARCHAR, tags VARCHAR, build VARCHAR, "number" BIGINT, built_at TIMESTAMP, tests VARCHAR, stale BOOLEAN, withheld_by VARCHAR, error VARCHAR, "rows" BIGINT, bytes BIGINT, execution_ms BIGINT, location VARCHAR, generation VARCHAR, diverged VARCHAR, bytes_written BIGINT, requests BIGINT, bytes_sent BIGINT, bytes_received BIGINT, request_ms BIGINT',
  },
  columns: {
    key: 'node',
    columns:
      'node VARCHAR, schema_name VARCHAR, relation_name VARCHAR, column_name VARCHAR, "position" BIGINT, type VARCHAR, shown_type VARCHAR, note VARCHAR, description VARCHAR',
  },
  tests: {
    key: 'test',
    columns: 'test VARCHAR, status VARCHAR, failures BIGINT, message VARCHAR, nodes VARCHAR, "number" BIGINT',
  },
  files: { key: 'node', columns: 'node VARCHAR, path VARCHAR, name VARCHAR, "rows" BIGINT, bytes BIGINT' },
  lineage: { key: 'node', columns: 'node VARCHAR, parent VARCHAR, read_generation VARCHAR' },
} as const;

export type EiderTable = keyof typeof eiderTables;

/** How a relation stands in the file; `error` where it stays out. */
export interface ShownNode {
  readonly name: PublishedName;
  readonly shownAs: 'view' | 'table' | null;
  /** Those that it shows, where they are others than the generation was built with. */
  readonly columns?: readonly GenerationColumn[];
  readonly error: string | null;
}

/** What the rows of one node say. */
export interface NodeRows {
  readonly node: string;
  readonly entry: LedgerEntry;
  readonly facts: ProjectFacts;
  readonly generation: Generation;
  readonly stale: boolean;
  readonly shown: ShownNode;
  /** Why the node's Delta table shows something else; null where it does not. */
  readonly diverged: string | null;
}

export function buildRow(entry: LedgerEntry): Row {
  const published = Object.values(entry.nodes).filter((line) => line.since === entry.number).length;
  return [
    entry.number,
    entry.build,
    entry.command,
    timestamp(entry.startedAt),
    timestamp(entry.committedAt),
    entry.eiderVersion,
    published,
    Object.keys(entry.withheld),
    entry.dropped,
    JSON.stringify(entry.counts),
  ];
}

export function testRows(entry: LedgerEntry): readonly Row[] {
  return entry.tests.map((test) => [test.id, test.status, test.failures, test.message, test.nodes, entry.number]);
}

export function nodeRow({ diverged, node, entry, facts, generation, stale, shown }: NodeRows): Row {
  const line = entry.nodes[node];
  const about = facts[node];
  return [
    node,
    shown.name.schema,
    shown.name.name,
    shown.shownAs,
    about?.resourceType ?? node.split('.')[0] ?? '',
    generation.materialized,
    about?.description ?? generation.comment ?? '',
    about?.path ?? null,
    about?.tags ?? [],
    generation.build,
    line?.since ?? null,
    timestamp(generation.createdAt),
    line?.tests ?? null,
    stale,
    entry.withheld[node] ?? [],
    shown.error,
    generation.rows,
    generation.bytes,
    Math.round(generation.executionMs),
    generation.kind === 'files' ? generation.location : null,
    generation.id,
    diverged,
    ...workColumns(line?.work),
  ];
}

function workColumns(work: NodeWork | undefined): Row {
  if (work === undefined) return [null, null, null, null, null];
  const { bytesReceived = 0, bytesSent = 0, requestMs = 0, requests = 0 } = work.traffic ?? {};
  return [work.bytesWritten, requests, bytesSent, bytesReceived, Math.round(requestMs)];
}

export function columnRows({ node, facts, generation, shown }: NodeRows): readonly Row[] {
  return (shown.columns ?? generation.columns).map(({ name, type, comment }, i) => [
    node,
    shown.name.schema,
    shown.name.name,
    name,
    i + 1,
    type,
    publishedType(type),
    columnNote(type),
    describedColumn(facts, node, name) ?? comment ?? '',
  ]);
}

export function fileRows({ node, generation }: NodeRows): readonly Row[] {
  if (generation.kind !== 'files') return [];
  return generation.files.map((file) => [node, file.path, file.name, file.rows, file.bytes]);
}

export function lineageRows({ node, facts, generation }: NodeRows): readonly Row[] {
  const parents = new Set([...(facts[node]?.parents ?? []), ...Object.keys(generation.reads)]);
  return [...parents].map((parent) => [node, parent, generation.reads[parent] ?? null]);
}

/** A column's description from the project; names are compared as DuckDB compares them. */
export function describedColumn(facts: ProjectFacts, node: string, column: string): string | undefined {
  const found = Object.entries(facts[node]?.columnDescriptions ?? {}).find(
    ([name]) => name.toLowerCase() === column.toLowerCase(),
  );
  return found?.[1] === '' ? undefined : found?.[1];
}

/** ISO 8601 in UTC as DuckDB's TIMESTAMP. */
function timestamp(iso: string): string {
  return iso.replace('T', ' ').replace('Z', '');
}
