import {
  type AddFile,
  type ChangedRows,
  fileKey,
  type ReadRange,
  readChanges,
  readDeletionVector,
  type Snapshot,
  type StructType,
  type TablePorts,
} from '@eider/delta';
import { quoteName, quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import { duckTypeOf } from './delta-types.ts';
import { readFileFacts } from './file-facts.ts';
import { placeColumns, scanQuery } from './scan-query.ts';

export interface ChangeFeedRequest {
  readonly ports: TablePorts;
  readonly connection: Pick<Connection, 'query'>;
  readonly readRange: ReadRange;
  /** Versions, both included; to the newest where `to` is absent. */
  readonly from: number;
  readonly to?: number;
}

/**
 * A query over what changed in a table from one version to another: its columns as they are in the last one, `_change_type` (`insert`, `delete`,
 * `update_preimage`, `update_postimage`), `_commit_version` and `_commit_timestamp`. Throws DeltaError, also where the table keeps no such feed.
 */
export async function changeFeedQuery(request: ChangeFeedRequest): Promise<string> {
  const { snapshot, versions } = await readChanges(request.ports, request.from, request.to);
  const parts: string[] = [];
  for (const { files, timestamp, version } of versions) {
    const own = { version, time: new Date(timestamp).toISOString() };
    for (const changed of groupsOf(files)) parts.push(await rowsOf(request, snapshot, changed, own));
  }
  return parts.length === 0 ? nothing(snapshot.schema) : parts.join('\nUNION ALL\n');
}

interface Group {
  readonly kind: ChangedRows['kind'];
  readonly files: readonly AddFile[];
  readonly only: ChangedRows['only'] | undefined;
}

/** Files that one query reads: those of which rows are picked are read alone. */
function groupsOf(changed: readonly ChangedRows[]): readonly Group[] {
  const asAdd = ({ file, without }: ChangedRows): AddFile => ({
    ...(file as AddFile),
    partitionValues: file.partitionValues ?? {},
    deletionVector: without ?? null,
  });
  const whole = (['changes', 'insert', 'delete'] as const).map((kind) => ({
    kind,
    files: changed.filter((each) => each.kind === kind && each.only === undefined).map(asAdd),
    only: undefined,
  }));
  const picked = changed
    .filter(({ only }) => only !== undefined)
    .map((each) => ({ kind: each.kind, files: [asAdd(each)], only: each.only }));
  return [...whole, ...picked].filter(({ files }) => files.length > 0);
}

async function rowsOf(
  { connection, readRange }: ChangeFeedRequest,
  snapshot: Snapshot,
  { files, kind, only }: Group,
  { time, version }: { readonly version: number; readonly time: string },
): Promise<string> {
  const schema: StructType =
    kind === 'changes'
      ? {
          type: 'struct',
          fields: [...snapshot.schema.fields, { name: '_change_type', type: 'string', nullable: true, metadata: {} }],
        }
      : snapshot.schema;
  const part: Snapshot = { ...snapshot, schema, files: new Map(files.map((file) => [fileKey(file), file])) };
  const facts = await readFileFacts(connection, part, readRange);
  const columns = snapshot.schema.fields.map(({ name }) => quoteName(name)).join(', ');
  const type = kind === 'changes' ? '_change_type' : `'${kind}' AS _change_type`;
  const picked =
    only === undefined
      ? ''
      : ` WHERE ${placeColumns.row} IN (${(await readDeletionVector(snapshot.root, only, readRange)).join(', ')})`;
  const scan = scanQuery(part, facts, { places: only !== undefined });
  return `SELECT ${columns}, ${type}, ${version}::BIGINT AS _commit_version, ${quoteText(time)}::TIMESTAMPTZ AS _commit_timestamp FROM (${scan})${picked}`;
}

function nothing({ fields }: StructType): string {
  const columns = fields.map(({ name, type }) => `CAST(NULL AS ${duckTypeOf(type)}) AS ${quoteName(name)}`);
  return `SELECT ${columns.join(', ')}, NULL::VARCHAR AS _change_type, NULL::BIGINT AS _commit_version, NULL::TIMESTAMPTZ AS _commit_timestamp WHERE false`;
}
