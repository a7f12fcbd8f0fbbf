import { artifactMetadata, type Invocation } from './invocation.ts';

/** A relation that is there, and what a node or source of the project it is. */
export interface CatalogRelation {
  /** Unique id of the node or source. */
  readonly id: string;
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  readonly type: 'BASE TABLE' | 'VIEW';
  readonly comment: string | null;
  /** In their order, `index` from 1. `type` is DuckDB's. */
  readonly columns: readonly {
    readonly name: string;
    readonly index: number;
    readonly type: string;
    readonly comment: string | null;
  }[];
}

/** The document of `target/catalog.json`, schema v1 as dbt-core 1.11 writes it. Plain data, ready for JSON.stringify. */
export function writeCatalog(
  relations: readonly CatalogRelation[],
  invocation: Invocation,
): Readonly<Record<string, unknown>> {
  const entries = (isSource: boolean): Record<string, unknown> =>
    Object.fromEntries(
      relations.filter(({ id }) => id.startsWith('source.') === isSource).map((one) => [one.id, entry(one)]),
    );
  return {
    metadata: artifactMetadata('catalog/v1', invocation),
    nodes: entries(false),
    sources: entries(true),
    errors: null,
  };
}

function entry({ columns, comment, database, id, name, schema, type }: CatalogRelation): Record<string, unknown> {
  return {
    metadata: { type, schema, name, database, comment, owner: null },
    columns: Object.fromEntries(columns.map((column) => [column.name, { ...column }])),
    stats: { has_stats: noStats },
    unique_id: id,
  };
}

/** DuckDB gives none, and dbt always says so. */
const noStats = {
  id: 'has_stats',
  label: 'Has Stats?',
  value: false,
  include: false,
  description: 'Indicates whether there are statistics for this table',
} as const;
