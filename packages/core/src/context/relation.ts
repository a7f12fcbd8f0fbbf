import { type Callable, hostFunction, optional, PyError, repr, toStr, truth } from '../jinja/values/index.ts';
import type { RelationName } from './database-port.ts';
import { FieldsObject, NoDictionary } from './fields-object.ts';
import { plainRecord } from './plain.ts';
import { noRelations, PARTS, pathObject, policyObject, type RelationPolicy } from './relation-fields.ts';
import { templateError } from './template-error.ts';

export type { RelationPolicy } from './relation-fields.ts';

/** How relations of one render print; undefined: dbt's quoted three-part name. */
export type RelationPrinter = ((name: RelationName) => string) | undefined;

export interface RelationParts {
  readonly database: string | null;
  readonly schema: string | null;
  readonly identifier: string | null;
  readonly type?: string | null;
  readonly quote?: Partial<RelationPolicy>;
  readonly include?: Partial<RelationPolicy>;
  /** `--empty` asks for 0 rows of every input. */
  readonly limit?: number | null;
  /** SQL that stands for the relation: a source's `external_location`. */
  readonly external?: string | null;
  /** Which of its rows are meant: a condition in SQL. */
  readonly filter?: string | null;
  /** Of `information_schema()` alone: which of its views is meant; null for none. */
  readonly view?: string | null | undefined;
  readonly dbtCreated?: boolean;
}

const ALL: RelationPolicy = { database: true, schema: true, identifier: true };

/**
 * dbt's Relation as templates see it: prints as its SQL name, is a mapping (`relation is mapping` tells packages that it is one), and is never
 * changed: `include`, `quote` and `incorporate` give new ones.
 */
export class Relation extends NoDictionary {
  readonly database: string | null;
  readonly schema: string | null;
  readonly identifier: string | null;
  readonly type: string | null;
  readonly quotePolicy: RelationPolicy;
  readonly includePolicy: RelationPolicy;
  readonly limit: number | null;
  readonly external: string | null;
  readonly filter: string | null;
  readonly view: string | null | undefined;
  readonly dbtCreated: boolean;
  readonly printer: RelationPrinter;
  readonly __mapping__ = true;
  readonly __type__: string;

  constructor(parts: RelationParts, printer?: RelationPrinter) {
    super();
    this.database = parts.database;
    this.schema = parts.schema;
    this.identifier = parts.identifier;
    this.type = parts.type ?? null;
    this.quotePolicy = { ...ALL, ...parts.quote };
    this.includePolicy = { ...ALL, ...parts.include };
    this.limit = parts.limit ?? null;
    this.external = parts.external ?? null;
    this.filter = parts.filter ?? null;
    this.view = parts.view;
    this.__type__ = parts.view === undefined ? 'DuckDBRelation' : 'InformationSchema';
    this.dbtCreated = parts.dbtCreated ?? false;
    this.printer = printer;
  }

  /** A copy with some parts replaced. */
  with(parts: Partial<RelationParts>): Relation {
    return new Relation({ ...this.parts(), ...parts }, this.printer);
  }

  /** The name in SQL, without a limit. */
  render(): string {
    if (this.external !== null) return this.external;
    if (
      this.printer !== undefined &&
      this.identifier !== null &&
      isWhole(this.includePolicy) &&
      this.quotePolicy.identifier
    ) {
      return this.printer({ database: this.database, schema: this.schema, identifier: this.identifier });
    }
    const printed: string[] = [];
    for (const part of PARTS) {
      const value = this[part];
      if (!this.includePolicy[part] || value === null) continue;
      printed.push(this.quotePolicy[part] ? `"${value}"` : value);
    }
    if (typeof this.view === 'string') printed.push(this.view);
    return printed.join('.');
  }

  override toString(): string {
    const limited = this.limited(this.render());
    return this.filter === null ? limited : `(select * from ${limited} where ${this.filter})`;
  }

  private limited(text: string): string {
    if (this.limit === null) return text;
    const condition = this.limit === 0 ? 'where false limit 0' : `limit ${this.limit}`;
    return `(select * from ${text} ${condition})`;
  }

  parts(): RelationParts {
    return {
      database: this.database,
      schema: this.schema,
      identifier: this.identifier,
      type: this.type,
      quote: this.quotePolicy,
      include: this.includePolicy,
      limit: this.limit,
      external: this.external,
      filter: this.filter,
      view: this.view,
      dbtCreated: this.dbtCreated,
    };
  }

  __str__(): string {
    return this.toString();
  }

  __repr__(): string {
    return `<${this.__type__} ${this.render()}>`;
  }

  __eq__(other: unknown): boolean {
    return other instanceof Relation && JSON.stringify(other.parts()) === JSON.stringify(this.parts());
  }

  __getattr__(name: string): unknown {
    if (Object.hasOwn(attributes, name)) return attributes[name]?.(this);
    return undefined;
  }

  /** For suggestions. */
  __names__(): readonly string[] {
    return Object.keys(attributes);
  }

  __getitem__(key: unknown): unknown {
    return typeof key === 'string' ? this.__getattr__(key) : undefined;
  }

  __contains__(key: unknown): boolean {
    return typeof key === 'string' && Object.hasOwn(attributes, key);
  }
}

type Reader = (relation: Relation) => unknown;

const fields: Readonly<Record<string, Reader>> = {
  path: (r) => pathObject(r),
  type: (r) => r.type,
  quote_character: () => '"',
  include_policy: (r) => policyObject(r.includePolicy),
  quote_policy: (r) => policyObject(r.quotePolicy),
  dbt_created: (r) => r.dbtCreated,
  limit: (r) => r.limit,
  event_time_filter: () => null,
  require_alias: () => false,
  catalog: () => null,
  renameable_relations: () => noRelations,
  replaceable_relations: () => noRelations,
  external: (r) => r.external,
};

/** What both a relation and the class of relations answer. */
export const sharedMembers: Readonly<Record<string, unknown>> = {
  add_ephemeral_prefix: hostFunction('add_ephemeral_prefix', ['name'], (name) => ephemeralName(String(name))),
  scd_args: hostFunction('scd_args', ['primary_key', 'updated_at'], (keys: unknown, updatedAt) => [
    ...(Array.isArray(keys) ? keys : [keys]),
    updatedAt,
  ]),
  get_default_quote_policy: hostFunction('get_default_quote_policy', [], () => policyObject(ALL)),
  get_default_include_policy: hostFunction('get_default_include_policy', [], () => policyObject(ALL)),
  get_relation_type: hostFunction('get_relation_type', ['value'], (value) => {
    if (Object.values(relationTypes).some((type) => type === value)) return value;
    throw new PyError('ValueError', `${repr(value)} is not a valid RelationType`);
  }),
};

/** The name under which an ephemeral model's SQL is a common table expression of its readers. */
export function ephemeralName(identifier: string): string {
  return `__dbt__cte__${identifier}`;
}

/** `Relation.create`: a relation from its parts, printing as the render wants it. */
export function creator(printer: RelationPrinter): Callable {
  const parameters = [...PARTS, 'type'].map((name) => optional(name));
  return hostFunction('create', [...parameters, '**kwargs'], (database, schema, identifier, type, given) => {
    const more = plainRecord(given);
    const { limit, external } = more;
    const parts: RelationParts = {
      database: namePart(database),
      schema: namePart(schema),
      identifier: namePart(identifier),
      type: relationType(type),
      quote: plainRecord(more.quote_policy),
      include: plainRecord(more.include_policy),
      limit: typeof limit === 'number' ? limit : null,
      external: typeof external === 'string' ? external : null,
      dbtCreated: truth(more.dbt_created ?? false),
    };
    return new Relation(parts, printer);
  });
}

/** A part of a name: text or None. */
function namePart(value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  return badPath(value);
}

function badPath(value: unknown): never {
  const words = `Field "path" of type Path in DuckDBRelation has invalid value ${repr(value)}`;
  throw new PyError('DbtRuntimeError', words);
}

/** dbt's kinds of relations, by the names that templates give them. */
export const relationTypes: Readonly<Record<string, string>> = {
  Table: 'table',
  View: 'view',
  CTE: 'cte',
  External: 'external',
  MaterializedView: 'materialized_view',
  PointerTable: 'pointer_table',
  Function: 'function',
};

function isType(type: string): Reader {
  return (r) => r.type === type;
}

const attributes: Readonly<Record<string, Reader>> = {
  ...fields,
  database: (r) => r.database,
  schema: (r) => r.schema,
  identifier: (r) => r.identifier,
  name: (r) => r.identifier,
  table: (r) => r.identifier,
  information_schema_view: (r) => r.view ?? undefined,
  is_table: isType('table'),
  is_view: isType('view'),
  is_cte: isType('cte'),
  is_materialized_view: isType('materialized_view'),
  is_pointer: isType('pointer_table'),
  is_function: isType('function'),
  can_be_renamed: () => false,
  can_be_replaced: () => false,
  ...Object.fromEntries(Object.entries(relationTypes).map(([name, type]) => [name, () => type])),
  render: (r) => hostFunction('render', [], () => r.render()),
  include: (r) => policyFunction('include', (policy) => r.with({ include: { ...r.includePolicy, ...policy } })),
  quote: (r) => policyFunction('quote', (policy) => r.with({ quote: { ...r.quotePolicy, ...policy } })),
  quoted: () => hostFunction('quoted', ['identifier'], (identifier) => `"${toStr(identifier)}"`),
  incorporate: (r) => hostFunction('incorporate', ['**kwargs'], (changes) => changed(r, plainRecord(changes))),
  replace: (r) =>
    hostFunction('replace', ['**kwargs'], (changes) => changed(r, only('DuckDBRelation', replaceable, changes))),
  replace_path: (r) =>
    hostFunction('replace_path', ['**kwargs'], (path) => changed(r, { path: only('Path', PARTS, path) })),
  render_limited: (r) => hostFunction('render_limited', [], () => r.toString()),
  render_event_time_filtered: (r) =>
    hostFunction('render_event_time_filtered', [optional('rendered')], (rendered) =>
      typeof rendered === 'string' ? rendered : r.render(),
    ),
  information_schema_only: (r) => hostFunction('information_schema_only', [], () => informationSchema(r, null)),
  ...Object.fromEntries(Object.entries(sharedMembers).map(([name, member]) => [name, () => member])),
  create: (r) => creator(r.printer),
  without_identifier: (r) => hostFunction('without_identifier', [], () => withoutIdentifier(r)),
  information_schema: (r) =>
    hostFunction('information_schema', [optional('view_name')], (view) => informationSchema(r, view)),
  get: (r) => hostFunction('get', ['key', optional('default')], (key, fallback) => getField(r, key, fallback)),
  matches: (r) =>
    hostFunction(
      'matches',
      PARTS.map((name) => optional(name)),
      (...parts) => matches(r, parts),
    ),
  to_dict: (r) =>
    hostFunction('to_dict', ['**kwargs'], ({ omit_none }: Readonly<Record<string, unknown>>) => record(r, omit_none)),
};

/** A relation as a plain dict; `omitNone`: without what is None. */
function record(relation: Relation, omitNone: unknown): Readonly<Record<string, unknown>> {
  const entries = Object.keys(fields).map((key): [string, unknown] => {
    const value = fields[key]?.(relation) ?? null;
    if (value === noRelations) return [key, []];
    return [key, value instanceof FieldsObject ? { ...value.fields } : value];
  });
  return Object.fromEntries(truth(omitNone ?? false) ? entries.filter(([, value]) => value !== null) : entries);
}

function isWhole(policy: RelationPolicy): boolean {
  return PARTS.every((part) => policy[part]);
}

function policyFunction(name: string, apply: (policy: Partial<RelationPolicy>) => Relation): unknown {
  const parameters = PARTS.map((part) => optional(part));
  return hostFunction(name, parameters, (...given) => {
    const policy: Partial<Record<(typeof PARTS)[number], boolean>> = {};
    for (const [index, part] of PARTS.entries()) if (typeof given[index] === 'boolean') policy[part] = given[index];
    return apply(policy);
  });
}

/** What `replace` takes. */
const replaceable = ['path', 'type', 'limit', 'dbt_created', 'include_policy', 'quote_policy'];

/** Changes of a record of dbt's. Throws TypeError for a field that it has not. */
function only(type: string, known: readonly string[], changes: unknown): Readonly<Record<string, unknown>> {
  const record = plainRecord(changes);
  const unknown = Object.keys(record).find((name) => !known.includes(name));
  if (unknown === undefined) return record;
  throw new PyError('TypeError', `${type}.__init__() got an unexpected keyword argument '${unknown}'`);
}

/** Changes as `incorporate(path={…}, type=…)` gives them. A null in the path removes that part. */
function changed(relation: Relation, changes: Readonly<Record<string, unknown>>): Relation {
  const path = typeof changes.path === 'string' ? badPath(changes.path) : plainRecord(changes.path);
  const parts: Record<string, unknown> = {};
  for (const part of PARTS) if (part in path) parts[part] = namePart(path[part]);
  if ('type' in changes) parts.type = relationType(changes.type);
  if ('limit' in changes) parts.limit = changes.limit;
  if ('dbt_created' in changes) parts.dbtCreated = truth(changes.dbt_created);
  if ('include_policy' in changes)
    parts.include = { ...relation.includePolicy, ...plainRecord(changes.include_policy) };
  if ('quote_policy' in changes) parts.quote = { ...relation.quotePolicy, ...plainRecord(changes.quote_policy) };
  return relation.with(parts);
}

/** A kind of relation; null for none. Throws for one that dbt has not. */
export function relationType(value: unknown): string | null {
  const type = textOrNull(value);
  if (type === null || type === 'ephemeral' || Object.values(relationTypes).includes(type)) return type;
  throw new PyError(
    'DbtRuntimeError',
    `Field "type" of type Optional[RelationType] in DuckDBRelation has invalid value '${type}'`,
  );
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

function withoutIdentifier(relation: Relation): Relation {
  return relation.with({ identifier: null, include: { ...relation.includePolicy, identifier: false } });
}

function informationSchema(relation: Relation, view: unknown): Relation {
  return relation.with({
    schema: null,
    identifier: 'INFORMATION_SCHEMA',
    type: null,
    view: typeof view === 'string' ? view : null,
    include: { database: relation.database !== null, schema: false, identifier: true },
    quote: { ...relation.quotePolicy, identifier: false },
  });
}

/** `get('metadata')` is what packages ask to recognise a relation. */
function getField(relation: Relation, key: unknown, fallback: unknown): unknown {
  if (key === 'metadata') return { type: 'DuckDBRelation' };
  return relation.__contains__(key) ? relation.__getitem__(key) : fallback;
}

/** Whether given parts are a relation's own. Throws, as dbt, where only upper and lower case differ. */
function matches(relation: Relation, given: readonly unknown[]): boolean {
  const wanted = PARTS.map((part, index) => [part, textOrNull(given[index])] as const).filter(
    ([, text]) => text !== null,
  );
  if (wanted.length === 0)
    throw templateError('jinja/render', 'Tried to match relation, but no search path was passed!');
  if (wanted.every(([part, text]) => relation[part] === text)) return true;
  if (!wanted.every(([part, text]) => relation[part]?.toLowerCase() === text?.toLowerCase())) return false;
  const [database = null, schema = null, identifier = null] = given.map(textOrNull);
  const searched = new Relation({ database, schema, identifier });
  throw templateError(
    'jinja/render',
    `${searched.render()} is ${relation.render()} but for upper and lower case, so it is not certain that this is meant`,
    'Write the name as the relation has it.',
  );
}
