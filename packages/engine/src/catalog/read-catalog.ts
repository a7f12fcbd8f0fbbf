import { quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import type { KnownNode } from './catalog-plan.ts';

/** What a catalog file says of itself: `eider.state`. */
export interface CatalogState {
  /** The id of the state that made it. */
  readonly state: string;
  readonly project: string;
  /** The ledger entry that it shows. */
  readonly number: number;
  readonly facts: string;
}

/** Reads `eider.state` of the file in use. Throws SqlError where the file is no catalog of eider. */
export async function readState(connection: Connection): Promise<CatalogState> {
  const [row] = await connection.objects('SELECT state, project, "number", facts FROM "eider"."state"');
  return {
    state: String(row?.state),
    project: String(row?.project),
    number: Number(row?.number),
    facts: String(row?.facts),
  };
}

/** Whether the file in use was made over a data file of this path. */
export async function namesFile(connection: Connection, path: string): Promise<boolean> {
  const sql = `SELECT 1 AS found FROM "eider"."files" WHERE path = ${quoteText(path)} LIMIT 1`;
  return (await connection.objects(sql)).length > 0;
}

/** The relations that the file in use shows, or left out. */
export async function readKnownNodes(connection: Connection): Promise<ReadonlyMap<string, KnownNode>> {
  const rows = await connection.objects(
    'SELECT node, schema_name, relation_name, shown_as, error, generation, stale, tests, withheld_by FROM "eider"."nodes"',
  );
  return new Map(
    rows.map((row) => [
      String(row.node),
      {
        node: String(row.node),
        name: { schema: String(row.schema_name), name: String(row.relation_name) },
        shownAs: row.shown_as === 'view' || row.shown_as === 'table' ? row.shown_as : null,
        error: row.error === null ? null : String(row.error),
        generation: String(row.generation),
        stale: row.stale === true,
        tests: row.tests === null ? null : String(row.tests),
        withheldBy: String(row.withheld_by ?? ''),
      },
    ]),
  );
}
