import { expect, test } from 'vitest';
import { type HandNode, handCompiler } from '../../../../test/support/hand-compiler.ts';
import type { Connection } from '../session/session.ts';
import { makeSchemas } from './make-schemas.ts';

const kinds = new Map([
  ['shop', 'duckdb'],
  ['lite', 'sqlite'],
  ['my', 'mysql'],
  ['pg', 'postgres'],
]);

async function made(nodes: Readonly<Record<string, HandNode>>): Promise<readonly string[]> {
  const compiler = handCompiler({ root: '/nowhere', nodes });
  const asked: string[] = [];
  const connection = {
    query: (sql: string) => Promise.resolve(asked.push(sql) && { columns: [], rows: [] }),
  } as unknown as Connection;
  await makeSchemas({ compiler, session: { kinds } }, Object.keys(compiler.manifest.nodes), connection);
  return asked.map((sql) => sql.replace('CREATE SCHEMA IF NOT EXISTS ', ''));
}

const table = { sql: 'SELECT 1', materialized: 'table' };

test('schemas are made in databases that have any, those for notes in files of DuckDB alone', async () => {
  const nodes = {
    here: { ...table, schema: 'mart' },
    lite: { ...table, database: 'Lite' },
    my: { ...table, database: 'my', schema: 'other' },
    pg: { ...table, database: 'pg', schema: 'other' },
  };
  expect(await made(nodes)).toEqual(['"shop"."mart"', expect.stringMatching(/^"shop"\."_eider/), '"pg"."other"']);
});

test('a schema of a SQLite database that is not main is refused at its node', async () => {
  const refused = made({ lite: { ...table, database: 'lite', schema: 'other' } });
  await expect(refused).rejects.toThrow('the schema "other" of "lite", a SQLite database, which has none but main');
});
