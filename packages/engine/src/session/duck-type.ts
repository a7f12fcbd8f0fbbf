/** A DuckDB type as DESCRIBE prints it, taken apart. */
export type DuckType =
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'list'; readonly item: DuckType; readonly size: number | null }
  | {
      readonly kind: 'struct' | 'union';
      readonly fields: readonly { readonly name: string | null; readonly type: DuckType }[];
    }
  | { readonly kind: 'map'; readonly key: DuckType; readonly value: DuckType };

/** Reads a type: `STRUCT(a INTEGER, "b c" HUGEINT[])`. Text that it does not understand stays a scalar. */
export function parseType(text: string): DuckType {
  const trimmed = text.trim();
  const array = /^(.*)\[(\d*)\]$/s.exec(trimmed);
  if (array !== null)
    return { kind: 'list', item: parseType(array[1] ?? ''), size: array[2] ? Number(array[2]) : null };
  const nested = /^(STRUCT|UNION|MAP)\((.*)\)$/s.exec(trimmed);
  if (nested === null) return { kind: 'scalar', text: trimmed };
  const parts = splitTop(nested[2] ?? '');
  if (nested[1] === 'MAP') return { kind: 'map', key: parseType(parts[0] ?? ''), value: parseType(parts[1] ?? '') };
  return { kind: nested[1] === 'UNION' ? 'union' : 'struct', fields: parts.map(parseField) };
}

/** Writes a type back as SQL. */
export function printType(type: DuckType): string {
  switch (type.kind) {
    case 'scalar':
      return type.text;
    case 'list':
      return `${printType(type.item)}[${type.size ?? ''}]`;
    case 'map':
      return `MAP(${printType(type.key)}, ${printType(type.value)})`;
    default:
      return `${type.kind.toUpperCase()}(${type.fields.map(({ name, type: of }) => (name === null ? '' : `${name} `) + printType(of)).join(', ')})`;
  }
}

/** The type with each scalar in it replaced by what `change` gives. */
export function mapScalars(type: DuckType, change: (text: string) => string): DuckType {
  switch (type.kind) {
    case 'scalar':
      return { kind: 'scalar', text: change(type.text) };
    case 'list':
      return { ...type, item: mapScalars(type.item, change) };
    case 'map':
      return { kind: 'map', key: mapScalars(type.key, change), value: mapScalars(type.value, change) };
    default:
      return {
        kind: type.kind,
        fields: type.fields.map((field) => ({ ...field, type: mapScalars(field.type, change) })),
      };
  }
}

/** A field's name keeps its quotes; fields of an unnamed struct have none. */
function parseField(text: string): { name: string | null; type: DuckType } {
  const named = /^("(?:[^"]|"")*"|[A-Za-z_]\w*) (.+)$/s.exec(text.trim());
  const type = named?.[2] ?? '';
  if (named === null || /^(WITH TIME ZONE|PRECISION)\b/.test(type)) return { name: null, type: parseType(text) };
  return { name: named[1] ?? null, type: parseType(type) };
}

/** Splits at commas outside of brackets and quotes. */
function splitTop(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const match of text.matchAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'|[(),]/g)) {
    if (match[0] === '(') depth += 1;
    else if (match[0] === ')') depth -= 1;
    else if (match[0] === ',' && depth === 0) {
      parts.push(text.slice(start, match.index));
      start = match.index + 1;
    }
  }
  return [...parts, text.slice(start)];
}
