import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FilesGeneration, Generation, SqlGeneration } from '../lake/generation.ts';
import { serialConnection } from '../session/connection.ts';
import type { Connection } from '../session/session.ts';
import { relationQueries } from './relation-query.ts';
import { filesQuery } from './view-query.ts';

let connection: Connection;
beforeAll(async () => {
  connection = serialConnection(await (await DuckDBInstance.create()).connect());
});
afterAll(() => connection.close());

const facts = (name: string) => ({
  id: `g-${name}`,
  node: name,
  build: 'b',
  relation: { database: 'shop', schema: 'main', identifier: name },
  columns: [{ name: 'a', type: 'INTEGER' }],
  reads: {},
  rows: 1,
  bytes: 1,
  createdAt: '',
  executionMs: 0,
});

const files = (name: string, origin: FilesGeneration['origin']): FilesGeneration => ({
  ...facts(name),
  kind: 'files',
  origin,
  materialized: 'external',
  format: 'parquet',
  files: [{ path: `/lake/${name}.parquet`, name: `${name}.parquet`, rows: 1, bytes: 1 }],
  location: null,
  folder: false,
  reader: { name: 'read_parquet', options: {} },
});

const view = (name: string, sql: string, uses: readonly string[]): SqlGeneration => ({
  ...facts(name),
  kind: 'sql',
  origin: 'view',
  materialized: 'view',
  sql,
  uses,
  reads: Object.fromEntries(uses.map((use) => [use, `g-${use}`])),
});

const generations: Readonly<Record<string, Generation>> = {
  external: files('external', 'external'),
  internal: files('internal', 'internal'),
  over_external: view('over_external', 'SELECT a FROM main.external', ['external']),
  over_view: view('over_view', 'SELECT a FROM main.over_external AS o', ['over_external']),
  over_internal: view('over_internal', 'SELECT a FROM main.internal', ['internal']),
  over_both: view('over_both', 'SELECT a FROM main.over_view JOIN main.over_internal USING (a)', [
    'over_view',
    'over_internal',
  ]),
  newer: view('newer', 'SELECT a::VARIANT::INTEGER AS a FROM main.external', ['external']),
  over_newer: view('over_newer', 'SELECT a FROM main.newer', ['newer']),
  changed: { ...view('changed', 'SELECT * FROM main.external', ['external']), reads: {}, columns: [] },
  lost: { ...view('lost', 'SELECT b FROM main.external', ['external']), reads: {} },
};

async function queryOf(node: string, internal: 'files' | 'copy' | 'all') {
  const generation = async (id: string): Promise<Generation | undefined> => generations[id];
  const queries = relationQueries({ connection, database: 'shop', generation, filesQuery, internal });
  return await queries.of(generations[node] as Generation);
}

test.each([
  ['external', 'files', 'view'],
  ['internal', 'files', 'view'],
  ['internal', 'copy', 'table'],
  ['external', 'copy', 'view'],
  ['external', 'all', 'table'],
  ['over_view', 'copy', 'view'],
  ['over_internal', 'files', 'view'],
  ['over_internal', 'copy', 'table'],
  ['over_both', 'copy', 'table'],
  ['over_view', 'all', 'table'],
] as const)('%s, data in the file: %s, is a %s', async (node, internal, shownAs) => {
  expect(await queryOf(node, internal)).toMatchObject({ shownAs });
});

test('a view has the queries down to the files in it, and names nothing', async () => {
  const found = await queryOf('over_both', 'files');
  const query = 'query' in found ? found.query : '';
  expect(query).not.toContain('main.');
  expect(query).toContain('/lake/external.parquet');
  expect(query).toContain('/lake/internal.parquet');
});

test('what cannot be published keeps out what reads it, with the reason', async () => {
  expect(await queryOf('over_newer', 'files')).toEqual({
    error: expect.stringMatching(/^It reads newer\. The view's SQL cannot be published: .*VARIANT/),
  });
});

test('a view over something newer than itself has the columns that it gives by now, if it still can', async () => {
  expect(await queryOf('changed', 'files')).toMatchObject({ columns: [{ name: 'a', type: 'INTEGER' }] });
  expect(await queryOf('lost', 'files')).toEqual({ error: expect.stringContaining('"b"') });
});
