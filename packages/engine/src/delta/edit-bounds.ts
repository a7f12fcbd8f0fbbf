import type { Bound, Bounds, EditTask, StructField } from '@eider/delta';
import { canMeet } from '@eider/delta';
import { quoteName, quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import { duckTypeOf } from './delta-types.ts';

type Node = Readonly<Record<string, unknown>>;

/** What must hold of a column, in SQL: constants for its least and its greatest value. */
interface Side {
  readonly field: StructField;
  readonly min?: string;
  readonly max?: string;
}

/** Bounds of the rows that an edit may touch: the least and greatest keys of its source, or what its one condition compares columns with. */
export async function editBounds(connection: Pick<Connection, 'query'>, task: EditTask): Promise<Bounds> {
  const { edit, snapshot, source } = task;
  const { keys = [], unmatched = [] } = edit;
  if (snapshot === undefined) return new Map();
  const { fields } = snapshot.schema;
  if (canMeet(edit)) {
    if (unmatched.length > 0 || source === undefined || keys.length === 0) return new Map();
    const known = fields.filter(({ name, type }) => isOrdered(type) && keys.some((key) => same(key, name)));
    const sides = known.map((field) => ({
      field,
      min: `min(${quoteName(field.name)})`,
      max: `max(${quoteName(field.name)})`,
    }));
    return await boundsOf(connection, sides, `FROM ${source.relation}`);
  }
  const [arm] = unmatched;
  if (arm?.when === undefined || unmatched.length > 1) return new Map();
  const condition = await conditionOf(connection, arm.when);
  const sides = conjuncts(condition).flatMap((node) => sidesOf(node, fields, edit.names?.target ?? 'target'));
  return await boundsOf(connection, sides, '');
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const isOrdered = (type: StructField['type']): boolean =>
  typeof type === 'string' && !['boolean', 'binary', 'void', 'variant'].includes(type);

/** The values of the sides as texts of their columns' types; several of one column are put together. */
async function boundsOf(connection: Pick<Connection, 'query'>, sides: readonly Side[], from: string): Promise<Bounds> {
  const values = sides.flatMap(({ field, min, max }) =>
    [min, max].map((value) => (value === undefined ? 'NULL' : textOf(value, field))),
  );
  if (values.length === 0) return new Map();
  const { rows } = await connection.query(`SELECT ${values.join(', ')} ${from}`);
  const bounds = new Map<string, Bound>();
  for (const [at, { field }] of sides.entries()) {
    const [min, max] = [rows[0]?.[at * 2], rows[0]?.[at * 2 + 1]];
    // Of two conditions on one side the first counts: bounds may be wider than they need be.
    const bound = {
      ...(typeof min === 'string' && { min }),
      ...(typeof max === 'string' && { max }),
      ...bounds.get(field.name),
    };
    if (Object.keys(bound).length > 0) bounds.set(field.name, bound);
  }
  return bounds;
}

function textOf(value: string, { type }: StructField): string {
  const own = `TRY_CAST(${value} AS ${duckTypeOf(type)})`;
  return `CAST(${type === 'timestamp' ? `timezone('UTC', ${own})` : own} AS VARCHAR)`;
}

async function conditionOf(connection: Pick<Connection, 'query'>, condition: string): Promise<Node | undefined> {
  const { rows } = await connection.query(
    `SELECT json_serialize_sql(${quoteText(`SELECT 1 WHERE (\n${condition}\n)`)})`,
  );
  const tree = JSON.parse(String(rows[0]?.[0])) as {
    readonly error: boolean;
    readonly statements?: readonly { node?: { where_clause?: Node } }[];
  };
  return tree.error ? undefined : tree.statements?.[0]?.node?.where_clause;
}

/** What holds all at once. */
function conjuncts(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  return node.type === 'CONJUNCTION_AND' ? (node.children as readonly Node[]).flatMap(conjuncts) : [node];
}

const comparisons: Readonly<Record<string, readonly ('min' | 'max')[]>> = {
  COMPARE_EQUAL: ['min', 'max'],
  COMPARE_LESSTHAN: ['max'],
  COMPARE_LESSTHANOREQUALTO: ['max'],
  COMPARE_GREATERTHAN: ['min'],
  COMPARE_GREATERTHANOREQUALTO: ['min'],
};
const turned = { min: 'max', max: 'min' } as const;

function sidesOf(node: Node, fields: readonly StructField[], table: string): readonly Side[] {
  if (node.type === 'COMPARE_BETWEEN') {
    const field = columnOf(node.input, fields, table);
    return field === undefined ? [] : [...sideOf(field, ['min'], node.lower), ...sideOf(field, ['max'], node.upper)];
  }
  if (node.type === 'COMPARE_IN') {
    const [column, ...values] = node.children as readonly unknown[];
    const field = columnOf(column, fields, table);
    const texts = field === undefined ? [] : values.map((value) => constantOf(value, field));
    if (field === undefined || texts.length === 0 || texts.some((text) => text === undefined)) return [];
    const typed = texts.map((text) => `CAST(${text} AS ${duckTypeOf(field.type)})`).join(', ');
    return texts.length === 1
      ? sideOf(field, ['min', 'max'], values[0])
      : [{ field, min: `least(${typed})`, max: `greatest(${typed})` }];
  }
  const which = comparisons[String(node.type)] ?? [];
  const [left, right] = [columnOf(node.left, fields, table), columnOf(node.right, fields, table)];
  if (left !== undefined) return sideOf(left, which, node.right);
  return right === undefined
    ? []
    : sideOf(
        right,
        which.map((side) => turned[side]),
        node.left,
      );
}

function sideOf(field: StructField, which: readonly ('min' | 'max')[], value: unknown): readonly Side[] {
  const text = constantOf(value, field);
  return text === undefined || which.length === 0
    ? []
    : [{ field, ...Object.fromEntries(which.map((side) => [side, text])) }];
}

function columnOf(value: unknown, fields: readonly StructField[], table: string): StructField | undefined {
  const { column_names: names, type } = (value ?? {}) as Node;
  if (type !== 'COLUMN_REF' || !Array.isArray(names)) return undefined;
  const [first, second] = names.map(String);
  const name = second === undefined ? first : same(first ?? '', table) && names.length === 2 ? second : undefined;
  return fields.find((field) => name !== undefined && same(field.name, name) && isOrdered(field.type));
}

/** A constant as SQL, where it is of a kind that compares with the column as the column's own values do. */
function constantOf(value: unknown, { type }: StructField): string | undefined {
  const node = (value ?? {}) as Node;
  if (node.type === 'OPERATOR_CAST') {
    const { id } = node.cast_type as { readonly id: string };
    const text = constantOf(node.child, { type: 'string' } as StructField);
    const isTime = ['DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE'].includes(id);
    return isTime && text !== undefined && ['date', 'timestamp', 'timestamp_ntz'].includes(String(type))
      ? `CAST(${text} AS ${id})`
      : undefined;
  }
  if (node.type !== 'VALUE_CONSTANT') return undefined;
  const {
    is_null: isNull,
    type: of,
    value: held,
  } = node.value as { readonly is_null: boolean; readonly type: Node; readonly value: unknown };
  if (isNull) return undefined;
  if (of.id === 'VARCHAR') return typeof held === 'string' ? quoteText(held) : undefined;
  if (
    type === 'string' ||
    typeof held !== 'number' ||
    !['INTEGER', 'BIGINT', 'DECIMAL', 'DOUBLE'].includes(String(of.id))
  )
    return undefined;
  if (of.id === 'DOUBLE') return `${held}::DOUBLE`;
  if (!Number.isSafeInteger(held)) return undefined;
  const scale = Number((of.type_info as { readonly scale?: number } | null)?.scale ?? 0);
  return of.id === 'DECIMAL' ? `${held}::DECIMAL(38,0) / 1${'0'.repeat(scale)}` : String(held);
}
