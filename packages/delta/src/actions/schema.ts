import { DeltaError } from '../errors.ts';

/** A type of the protocol's section "Schema Serialization Format". Primitive types are texts: `long`, `decimal(10,2)`, `timestamp_ntz`. */
export type DeltaType = string | StructType | ArrayType | MapType;

export interface StructType {
  readonly type: 'struct';
  readonly fields: readonly StructField[];
}

export interface StructField {
  readonly name: string;
  readonly type: DeltaType;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface ArrayType {
  readonly type: 'array';
  readonly elementType: DeltaType;
  readonly containsNull: boolean;
}

export interface MapType {
  readonly type: 'map';
  readonly keyType: DeltaType;
  readonly valueType: DeltaType;
  readonly valueContainsNull: boolean;
}

const primitives: ReadonlySet<string> = new Set([
  ...['string', 'long', 'integer', 'short', 'byte', 'float', 'double', 'boolean', 'binary', 'date', 'timestamp'],
  ...['timestamp_ntz', 'void', 'variant'],
]);

/** Reads `metaData.schemaString`. Throws `delta/invalid-schema`. */
export function parseSchema(text: string): StructType {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(`it is no JSON (${(cause as Error).message})`, cause);
  }
  const type = typeAt(value, 'the schema');
  if (typeof type === 'string' || type.type !== 'struct') throw invalid('it is no struct');
  return type;
}

function typeAt(value: unknown, place: string): DeltaType {
  if (typeof value === 'string') {
    if (primitives.has(value) || /^decimal\(\s*\d+\s*,\s*-?\d+\s*\)$/.test(value) || value === 'decimal') return value;
    throw invalid(`${place} has the type "${value}", which is not known`);
  }
  const record = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  switch (record.type) {
    case 'struct':
      if (!Array.isArray(record.fields)) break;
      return { type: 'struct', fields: record.fields.map((field) => fieldAt(field, place)) };
    case 'array':
      return {
        type: 'array',
        elementType: typeAt(record.elementType, `the element of ${place}`),
        containsNull: record.containsNull !== false,
      };
    case 'map':
      return {
        type: 'map',
        keyType: typeAt(record.keyType, `the key of ${place}`),
        valueType: typeAt(record.valueType, `the value of ${place}`),
        valueContainsNull: record.valueContainsNull !== false,
      };
  }
  throw invalid(`${place} has no type`);
}

function fieldAt(value: unknown, place: string): StructField {
  const { name, type, nullable, metadata } = (value ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string') throw invalid(`a field of ${place} has no name`);
  return {
    name,
    type: typeAt(type, `column "${name}"`),
    nullable: nullable !== false,
    metadata: (typeof metadata === 'object' && metadata !== null ? metadata : {}) as Record<string, unknown>,
  };
}

/** The text of a schema, as `metaData.schemaString` holds it. Throws `delta/invalid-schema` where two names differ in case alone. */
export function schemaText(schema: StructType): string {
  checkNames(schema);
  return JSON.stringify(schema);
}

function checkNames(type: DeltaType): void {
  if (typeof type === 'string') return;
  if (type.type !== 'struct') {
    for (const inner of type.type === 'array' ? [type.elementType] : [type.keyType, type.valueType]) checkNames(inner);
    return;
  }
  const seen = new Map<string, string>();
  for (const { name, type: inner } of type.fields) {
    const twin = seen.get(name.toLowerCase());
    if (twin !== undefined) throw invalid(`the columns "${twin}" and "${name}" differ in case alone`);
    seen.set(name.toLowerCase(), name);
    checkNames(inner);
  }
}

/** The fields that are no structs, at any depth; `path` leads to each. */
export function leafFields(schema: StructType): readonly (StructField & { readonly path: readonly string[] })[] {
  const walk = (fields: readonly StructField[], above: readonly string[]): ReturnType<typeof leafFields> =>
    fields.flatMap((field) => {
      const path = [...above, field.name];
      return typeof field.type !== 'string' && field.type.type === 'struct'
        ? walk(field.type.fields, path)
        : [{ ...field, path }];
    });
  return walk(schema.fields, []);
}

/** Whether any column, at any depth, has this primitive type. */
export function hasType(type: DeltaType, wanted: string): boolean {
  if (typeof type === 'string') return type === wanted;
  if (type.type === 'array') return hasType(type.elementType, wanted);
  if (type.type === 'map') return hasType(type.keyType, wanted) || hasType(type.valueType, wanted);
  return type.fields.some((field) => hasType(field.type, wanted));
}

/** The name of a field in Parquet files, statistics and partition values: its own, or the one that column mapping gave it. */
export function physicalName({ name, metadata }: StructField): string {
  const mapped = metadata['delta.columnMapping.physicalName'];
  return typeof mapped === 'string' ? mapped : name;
}

function invalid(why: string, cause?: unknown): DeltaError {
  return new DeltaError(
    'delta/invalid-schema',
    `The table's schema cannot be used: ${why}.`,
    'Look at the schemaString of the newest metaData action in _delta_log.',
    { cause },
  );
}
