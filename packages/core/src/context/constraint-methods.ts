import type { Callable } from '../jinja/values/index.ts';
import { hostFunction, iterate, mappingOf, PyError, repr, truth } from '../jinja/values/index.ts';

/** A constraint of a column or of a model, as property files declare it. */
interface Constraint {
  readonly type: string;
  readonly name: string | null;
  readonly expression: string;
  readonly to: string;
  readonly toColumns: readonly string[];
  readonly columns: readonly string[];
}

const types = new Set(['check', 'not_null', 'unique', 'primary_key', 'foreign_key', 'custom']);

/** `adapter.render_raw_columns_constraints` and its sibling for models: declared constraints as DDL. Both throw what dbt throws. */
export const constraintMethods: Readonly<Record<string, Callable>> = {
  render_raw_columns_constraints: hostFunction('render_raw_columns_constraints', ['raw_columns'], (columns) =>
    Array.from(mappingOrFail(columns).entries(), ([, column]) => columnText(column)),
  ),
  render_raw_model_constraints: hostFunction('render_raw_model_constraints', ['raw_constraints'], (constraints) =>
    Array.from(iterate(constraints), (one) => ofModel(parsed(one))).filter((text) => text !== null),
  ),
};

function columnText(value: unknown): string {
  const column = mappingOrFail(value);
  const name = required(column, 'name');
  const quoted = truth(column.get('quote') ?? false) ? `"${name}"` : name;
  const constraints = Array.from(iterate(column.get('constraints') ?? null), (one) => ofColumn(parsed(one)));
  const type = required(column, 'data_type');
  return [`${quoted} ${type}`, ...constraints.filter((text) => text !== null)].join(' ');
}

function ofColumn(one: Constraint): string | null {
  switch (one.type) {
    case 'not_null':
      return `not null ${one.expression}`.trim();
    case 'unique':
      return `unique ${one.expression}`.trim();
    case 'primary_key':
      return `primary key ${one.expression}`.trim();
    case 'foreign_key':
      // Without a target and without an expression dbt prints Python's None.
      return `references ${targetText(one) ?? 'None'}`;
    default:
      return expressionText(one);
  }
}

function ofModel(one: Constraint): string | null {
  const prefix = one.name === null ? '' : `constraint ${one.name} `;
  const columns = `(${one.columns.join(', ')})`;
  const extra = one.expression === '' ? '' : ` ${one.expression}`;
  switch (one.type) {
    case 'not_null':
      return null;
    case 'unique':
      return `${prefix}unique${extra} ${columns}`;
    case 'primary_key':
      return `${prefix}primary key${extra} ${columns}`;
    case 'foreign_key': {
      const target = targetText(one);
      return target === null ? null : `${prefix}foreign key ${columns} references ${target}`;
    }
    default: {
      const text = expressionText(one);
      return text === null ? null : prefix + text;
    }
  }
}

/** What `check` and `custom` say; neither says anything without an expression. */
function expressionText({ type, expression }: Constraint): string | null {
  if (expression === '') return null;
  return type === 'check' ? `check (${expression})` : expression;
}

/** DuckDB's foreign keys never leave a database, so its name is left out of the target. */
function targetText({ to, toColumns, expression }: Constraint): string | null {
  const [database = '', ...rest] = to.split('.');
  const target = rest.length > 1 ? rest.join('.') : [database, ...rest].join('.');
  if (to !== '' && toColumns.length > 0) return `${target} (${toColumns.join(', ')})`;
  return expression === '' ? null : expression;
}

function parsed(value: unknown): Constraint {
  const raw = mappingOf(value);
  const type = raw?.get('type');
  if (raw === null || typeof type !== 'string' || !types.has(type)) {
    throw new PyError('DbtValidationError', `Could not parse constraint: ${repr(value)}`);
  }
  const text = (key: string): string => textOr(raw.get(key));
  const list = (key: string): string[] => Array.from(iterate(raw.get(key) ?? []), String);
  const name = text('name');
  return {
    type,
    name: name === '' ? null : name,
    expression: text('expression'),
    to: text('to'),
    toColumns: list('to_columns'),
    columns: list('columns'),
  };
}

function textOr(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

function mappingOrFail(value: unknown): NonNullable<ReturnType<typeof mappingOf>> {
  const mapping = mappingOf(value);
  if (mapping === null) throw new PyError('AttributeError', `${repr(value)} is no mapping`);
  return mapping;
}

function required(mapping: NonNullable<ReturnType<typeof mappingOf>>, key: string): string {
  const value = mapping.get(key);
  if (value === undefined) throw new PyError('KeyError', repr(key));
  return String(value);
}
