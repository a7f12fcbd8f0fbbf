import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckpointColumn, CheckpointField, ParquetPort } from '@eider/delta';
import { quoteName, quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';

/** The checkpoints of Delta logs through DuckDB: read as JSON texts, written from them, no row as an object of JS (measured: seven times faster). */
export function duckParquetPort(connection: Pick<Connection, 'query'>): ParquetPort {
  return {
    readRows: async (location, columns) => {
      const present = await fieldsOf(connection, location);
      const wanted = columns.filter(({ name }) => present.has(name));
      if (wanted.length === 0) return [];
      const { rows } = await connection.query(readStatement(location, wanted, present));
      return rows.map(([text]) => String(text));
    },
    writeRows: async (location, columns, rows) => {
      const folder = await mkdtemp(join(tmpdir(), 'eider-'));
      try {
        const lines = join(folder, 'actions.json');
        await writeFile(lines, rows.map((row) => `${row}\n`).join(''));
        const written = await connection.query(writeStatement(location, columns, lines));
        return Number(written.rows[0]?.[2]);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** The columns of a file, and the fields of each that is a struct. */
async function fieldsOf(
  connection: Pick<Connection, 'query'>,
  location: string,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { rows } = await connection.query(
    `SELECT name, coalesce(num_children, 0) FROM parquet_schema(${quoteText(location)})`,
  );
  // The schema is a tree told depth first: a node, then each of its children with all of theirs.
  const nodes = rows.map(([name, children]) => ({ name: String(name), children: Number(children) }));
  let at = 0;
  const take = (depth: number, into: Map<string, Set<string>>, parent: string): void => {
    const node = nodes[at];
    at += 1;
    if (node === undefined) return;
    if (depth === 1) into.set(node.name, new Set());
    if (depth === 2) into.get(parent)?.add(node.name);
    for (let child = 0; child < node.children; child += 1) take(depth + 1, into, node.name);
  };
  const found = new Map<string, Set<string>>();
  take(0, found, '');
  return found;
}

function readStatement(
  location: string,
  columns: readonly CheckpointColumn[],
  present: ReadonlyMap<string, ReadonlySet<string>>,
): string {
  const branches = columns.map(({ name, fields }) => {
    const has = present.get(name) ?? new Set();
    const own = quoteName(name);
    const values = fields.flatMap((field) => fieldValue(own, field, has));
    return `WHEN ${own} IS NOT NULL THEN to_json({${quoteName(name)}: {${values.join(', ')}}})`;
  });
  const row = `CASE ${branches.join(' ')} END`;
  return `SELECT row FROM (SELECT CAST(${row} AS VARCHAR) AS row FROM read_parquet(${quoteText(location)}, hive_partitioning = false)) WHERE row IS NOT NULL`;
}

function fieldValue(column: string, { name }: CheckpointField, has: ReadonlySet<string>): readonly string[] {
  const field = `${column}.${quoteName(name)}`;
  const parsed = name === 'stats' && has.has('stats_parsed') ? `CAST(to_json(${column}.stats_parsed) AS VARCHAR)` : '';
  if (has.has(name)) return [`${quoteName(name)}: ${parsed === '' ? field : `coalesce(${field}, ${parsed})`}`];
  return parsed === '' ? [] : [`${quoteName(name)}: ${parsed}`];
}

const sqlTypes: Readonly<Record<CheckpointField['type'], string>> = {
  string: 'VARCHAR',
  long: 'BIGINT',
  int: 'INTEGER',
  boolean: 'BOOLEAN',
  map: 'MAP(VARCHAR, VARCHAR)',
  strings: 'VARCHAR[]',
  format: 'STRUCT(provider VARCHAR, options MAP(VARCHAR, VARCHAR))',
  vector:
    'STRUCT("storageType" VARCHAR, "pathOrInlineDv" VARCHAR, "offset" INTEGER, "sizeInBytes" INTEGER, cardinality BIGINT)',
};

function writeStatement(location: string, columns: readonly CheckpointColumn[], lines: string): string {
  const types = columns.map(({ name, fields }) => {
    const inner = fields.map((field) => `${quoteName(field.name)} ${sqlTypes[field.type]}`).join(', ');
    return `${quoteName(name)}: ${quoteText(`STRUCT(${inner})`)}`;
  });
  const rows = `FROM read_json(${quoteText(lines)}, format = 'newline_delimited', columns = {${types.join(', ')}}, maximum_object_size = 1073741824)`;
  return `COPY (${rows}) TO ${quoteText(location)} (FORMAT parquet, COMPRESSION zstd, RETURN_STATS)`;
}
