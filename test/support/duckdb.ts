import { DuckDBInstance } from '@duckdb/node-api';
import { testBucket } from './into-bucket.ts';

/** A row as plain values: bigint, number, string, boolean or null; anything else as DuckDB's text. */
export type Row = Readonly<Record<string, unknown>>;

/** A DuckDB in memory, or over a file that it only reads; where tests keep their lakes in a bucket it reaches that. */
export async function openDuckdb(
  file?: string,
  config: Readonly<Record<string, string>> = {},
): Promise<DuckDBInstance> {
  const bucket = testBucket();
  const instance = await DuckDBInstance.create(file ?? ':memory:', {
    ...config,
    ...(file !== undefined && { access_mode: 'READ_ONLY' }),
    ...(bucket && { extension_directory: bucket.extensions }),
  });
  if (bucket === undefined) return instance;
  const { endpoint, keys } = bucket;
  const connection = await instance.connect();
  await connection.run(
    `LOAD httpfs; CREATE SECRET (TYPE s3, KEY_ID '${keys.accessKeyId}', SECRET '${keys.secretAccessKey}', ENDPOINT '${endpoint}', URL_STYLE 'path', USE_SSL false, REGION 'us-east-1')`,
  );
  connection.closeSync();
  return instance;
}

/** Opens a DuckDB file read-only, or an empty database, asks one query and closes it again: what a new reader would see. */
export async function ask(file: string | undefined, sql: string): Promise<readonly Row[]> {
  const instance = await openDuckdb(file);
  try {
    const connection = await instance.connect();
    try {
      return (await connection.runAndReadAll(sql)).getRowObjectsJS();
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** The relations of a published catalog, eider's own schema aside: `schema.name`. */
export async function relationsOf(catalog: string): Promise<readonly string[]> {
  const rows = await ask(
    catalog,
    `select schema_name || '.' || view_name as name from duckdb_views() where not internal and schema_name <> 'eider'
     union all select schema_name || '.' || table_name from duckdb_tables() where not internal and schema_name <> 'eider'
     order by 1`,
  );
  return rows.map((row) => String(row.name));
}

/** Reads every relation of a catalog whole; gives rows by relation. Throws where one cannot be read. */
export async function readWhole(catalog: string): Promise<Readonly<Record<string, number>>> {
  const rows: Record<string, number> = {};
  for (const name of await relationsOf(catalog)) {
    const [schema, relation] = name.split('.');
    const [row] = await ask(
      catalog,
      `select count(*)::int as n, count(hash(r))::int as h from "${schema}"."${relation}" as r`,
    );
    rows[name] = Number(row?.n);
  }
  return rows;
}
