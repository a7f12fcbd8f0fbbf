import { hostFunction } from '../jinja/values/index.ts';
import { membersOf, Namespace } from './namespace.ts';
import { plainRecord } from './plain.ts';
import type { RelationPrinter } from './relation.ts';
import { Relation } from './relation.ts';

/** `api.Relation` (and `adapter.Relation`): makes relations as templates ask, printing as the render wants them. */
export function relationClass(printer: RelationPrinter): Namespace {
  return new Namespace('RelationProxy', membersOf(classMembers(printer)));
}

function classMembers(printer: RelationPrinter): Readonly<Record<string, unknown>> {
  const nullable = (name: string) => ({ name, default: null });
  return {
    create: hostFunction(
      'create',
      [nullable('database'), nullable('schema'), nullable('identifier'), nullable('type'), '**kwargs'],
      (database, schema, identifier, type, more) =>
        create([database, schema, identifier, type], plainRecord(more), printer),
    ),
    add_ephemeral_prefix: hostFunction('add_ephemeral_prefix', ['name'], (name) => ephemeralName(String(name))),
    Table: 'table',
    View: 'view',
    CTE: 'cte',
    External: 'external',
    MaterializedView: 'materialized_view',
  };
}

/** The name under which an ephemeral model's SQL is a common table expression of its readers. */
export function ephemeralName(identifier: string): string {
  return `__dbt__cte__${identifier}`;
}

function create(
  parts: readonly unknown[],
  more: Readonly<Record<string, unknown>>,
  printer: RelationPrinter,
): Relation {
  const [database, schema, identifier, type] = parts.map((part) =>
    part === null || part === undefined ? null : String(part),
  );
  return new Relation(
    {
      database: database ?? null,
      schema: schema ?? null,
      identifier: identifier ?? null,
      type: type ?? null,
      quote: plainRecord(more.quote_policy),
      include: plainRecord(more.include_policy),
      limit: typeof more.limit === 'number' ? more.limit : null,
      external: typeof more.external === 'string' ? more.external : null,
    },
    printer,
  );
}
