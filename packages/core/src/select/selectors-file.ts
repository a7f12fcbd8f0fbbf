import { type Diagnostic, error } from '../diagnostics.ts';
import { keyThatIsNoText } from '../project/build-yaml.ts';
import type { Located } from '../project/located.ts';
import { any, bool, record, text } from '../project/shape.ts';
import { makeCriterion, parseCriterion } from './parse-selection.ts';
import type { IndirectSelection, NamedSelectors, Selection, SelectionGroup } from './selection.ts';
import { selectorRecords } from './selector-records.ts';

/**
 * Reads a project's `selectors.yml` (dbt's YAML selectors): `union`, `intersection`, `exclude`, `method` with `value`, the operators as keys,
 * one-line criteria, references to selectors above (`method: selector`), `default: true`. Unreadable selectors are left out and reported.
 */
export function parseSelectorsFile(file: Located): {
  readonly selectors: NamedSelectors;
  /** `selectors` of the manifest. */
  readonly records: Readonly<Record<string, unknown>>;
  readonly diagnostics: readonly Diagnostic[];
} {
  const selectors: Record<string, { selection: Selection; isDefault: boolean }> = {};
  const diagnostics: Diagnostic[] = [];
  const list = file.get('selectors');
  if (list === undefined || !Array.isArray(list.value)) {
    diagnostics.push(invalid('selectors.yml holds no list "selectors".', file));
    return { selectors, records: {}, diagnostics };
  }
  list.value.forEach((_, at) => {
    const entry = list.get(at);
    const name = entry?.get('name')?.value;
    const definition = entry?.get('definition');
    if (entry === undefined || typeof name !== 'string' || definition === undefined) {
      diagnostics.push(invalid('A selector needs a "name" and a "definition".', entry ?? list));
      return;
    }
    const reader: Reader = { named: selectors, diagnostics };
    const before = diagnostics.length;
    const report = (finding: Diagnostic): void => void diagnostics.push(finding);
    selectorShape(entry.value, [], { at: (...path) => entry.at(...path), report, jinja: false });
    const selection = readDefinition(definition, reader);
    if (diagnostics.length === before) selectors[name] = { selection, isDefault: entry.get('default')?.value === true };
  });
  return { selectors, records: diagnostics.length > 0 ? {} : selectorRecords(list.value), diagnostics };
}

const selectorShape = record({
  what: 'a selector',
  keys: { name: text, definition: any, description: text, default: bool },
  unknown: 'error',
});

interface Reader {
  readonly named: NamedSelectors;
  readonly diagnostics: Diagnostic[];
}

const nothing: SelectionGroup = { kind: 'union', parts: [], raw: '', named: false };

function readDefinition(definition: Located, reader: Reader): Selection {
  const { value } = definition;
  if (typeof value === 'string') return checked(parseCriterion(value), definition, reader);
  if (!isMapping(value)) return report('A selector definition is a text or a mapping.', definition, reader);
  const key = keyThatIsNoText(value);
  if (key !== undefined) return report(`The key ${key} of a selector definition must be a text.`, definition, reader);
  for (const kind of ['union', 'intersection'] as const) {
    const parts = definition.get(kind);
    if (parts !== undefined) return readGroup(kind, parts, reader);
  }
  return readMapping(definition, value, reader);
}

function readGroup(kind: 'union' | 'intersection', list: Located, reader: Reader): Selection {
  const included: Selection[] = [];
  const excluded: Selection[] = [];
  for (const entry of entriesOf(list, reader)) {
    const exclude = isMapping(entry.value) && Object.keys(entry.value).length === 1 ? entry.get('exclude') : undefined;
    if (exclude === undefined) included.push(readDefinition(entry, reader));
    else excluded.push(...entriesOf(exclude, reader).map((each) => readDefinition(each, reader)));
  }
  return without({ kind, parts: included, raw: kind, named: false }, excluded);
}

function readMapping(definition: Located, value: Readonly<Record<string, unknown>>, reader: Reader): Selection {
  const keys = Object.keys(value);
  const [only] = keys;
  const short =
    keys.length === 1 && only !== undefined && only !== 'method' ? { method: only, value: value[only] } : value;
  if (typeof short.method !== 'string' || !isPlain(short.value)) {
    return report(
      'A selector definition needs "method" and "value", or one method as its only key.',
      definition,
      reader,
    );
  }
  const exclude = definition.get('exclude');
  const excluded = exclude === undefined ? [] : entriesOf(exclude, reader).map((each) => readDefinition(each, reader));
  if (short.method === 'selector') {
    const named = reader.named[String(short.value)];
    if (named === undefined) return report(`No selector "${short.value}" above this one.`, definition, reader);
    return without(named.selection, excluded);
  }
  const indirect = value.indirect_selection;
  if (indirect !== undefined && !isIndirect(indirect))
    return report('"indirect_selection" is one of eager, cautious, buildable, empty.', definition, reader);
  for (const key of ['parents_depth', 'children_depth'])
    if (!isDepth(value[key]))
      return report(`"${key}" must be a whole number.`, definition.get(key) ?? definition, reader);
  const criterion = makeCriterion({
    raw: `${short.method}:${short.value}`,
    method: short.method,
    value: short.value,
    childrensParents: Boolean(value.childrens_parents),
    parents: value.parents ? { depth: depthOf(value.parents_depth) } : null,
    children: value.children ? { depth: depthOf(value.children_depth) } : null,
    ...(isIndirect(indirect) ? { indirectSelection: indirect } : {}),
  });
  return without(checked(criterion, definition, reader), excluded);
}

function without(selection: Selection, excluded: readonly Selection[]): Selection {
  return excluded.length === 0
    ? selection
    : { kind: 'difference', parts: [selection, ...excluded], raw: selection.raw, named: false };
}

function entriesOf(list: Located, reader: Reader): readonly Located[] {
  if (Array.isArray(list.value)) return list.value.flatMap((_, at) => list.get(at) ?? []);
  report('This place takes a list.', list, reader);
  return [];
}

function checked(criterion: Selection | Diagnostic, where: Located, reader: Reader): Selection {
  if ('kind' in criterion) return criterion;
  reader.diagnostics.push({ ...criterion, place: where.place });
  return nothing;
}

function report(message: string, where: Located, reader: Reader): Selection {
  reader.diagnostics.push(invalid(message, where));
  return nothing;
}

function invalid(message: string, where: Located): Diagnostic {
  return error('select/invalid', message, {
    place: where.place,
    hint: 'See "YAML selectors" in the documentation of dbt.',
  });
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isIndirect(value: unknown): value is IndirectSelection {
  return value === 'eager' || value === 'cautious' || value === 'buildable' || value === 'empty';
}

/** What Python's `int` takes; nothing at all is no limit. */
function isDepth(value: unknown): boolean {
  if (typeof value === 'string') return value === '' || /^\s*[+-]?\d+(_\d+)*\s*$/.test(value);
  return value === undefined || value === null || typeof value === 'boolean' || Number.isFinite(value);
}

function depthOf(value: unknown): number | null {
  return value ? Math.trunc(Number(value)) : null;
}
