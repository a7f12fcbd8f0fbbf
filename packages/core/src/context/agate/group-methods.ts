import { Dict, hostFunction, isCallable, optional, PyError, toStr, truth } from '../../jinja/values/index.ts';
import { type Aggregation, aggregationOf, askPart, dataTypeOf, namedParts, rowCount } from './aggregation.ts';
import { textType } from './data-type.ts';
import { denormalized } from './reshape-methods.ts';
import { keysOf } from './row-methods.ts';
import { listOf, ResultTable, type TableMethods } from './table.ts';
import { TableSet } from './table-set.ts';
import { unset } from './unset.ts';

/** Tables of groups of rows, and what is computed of them. Aggregations and computations are objects of the template's own. */
export const groupMethods: TableMethods = {
  group_by: (table) =>
    hostFunction('group_by', ['key', optional('key_name'), optional('key_type')], (key, name: unknown, type: unknown) =>
      groupBy(table, key, { name: truth(name) ? toStr(name) : null, type: truth(type) ? dataTypeOf(type) : null }),
    ),
  aggregate: (table) => hostFunction('aggregate', ['aggregations'], (given) => aggregate(table, given)),
  compute: (table) =>
    hostFunction('compute', ['computations', optional('replace', false)], (given, replace) =>
      computed(table, namedParts(given), truth(replace)),
    ),
  pivot: (table) => {
    const parameters = ['key', 'pivot', 'aggregation', 'computation'].map((name) => optional(name));
    return hostFunction(
      'pivot',
      [...parameters, optional('default_value', unset), optional('key_name')],
      (key: unknown, pivot, aggregation, computation, fallback, keyName) => {
        const names = key === null ? [] : listOf(key);
        if (key !== null && names === key && truth(keyName))
          throw new PyError('ValueError', 'key_name is not a valid argument when key is a sequence.');
        const how = { pivot, aggregation, computation, fallback, keyName: truth(keyName) ? toStr(keyName) : null };
        return pivoted(table, names, how);
      },
    );
  },
};

async function groupBy(
  table: ResultTable,
  key: unknown,
  { name, type }: { readonly name: string | null; readonly type: ReturnType<typeof dataTypeOf> | null },
): Promise<TableSet> {
  if (isCallable(key)) return TableSet.of(table, await keysOf(table, key), name ?? 'group', type ?? textType);
  const column = table.column(key);
  return TableSet.of(table, Array.from(column.values), name ?? column.name, type ?? column.type);
}

async function aggregate(table: ResultTable, given: unknown): Promise<unknown> {
  const isList = listOf(given) === given;
  const parts = isList ? namedParts(given).map(([name, part]) => [name, aggregationOf(part)] as const) : [];
  const alone = isList ? null : aggregationOf(given);
  for (const [, part] of parts) await part.validate(table);
  await alone?.validate(table);
  if (alone !== null) return alone.run(table);
  const results = new Dict();
  for (const [name, part] of parts) results.set(name, await part.run(table));
  return results;
}

async function computed(
  table: ResultTable,
  parts: readonly (readonly [string, unknown])[],
  replace: boolean,
): Promise<ResultTable> {
  const names = [...table.columnNames];
  const types = [...table.types];
  const places: number[] = [];
  for (const [name, part] of parts) {
    const type = dataTypeOf(await askPart(part, 'get_computed_data_type', table));
    const at = replace && names.includes(name) ? names.indexOf(name) : names.length;
    names[at] = name;
    types[at] = type;
    places.push(at);
    await askPart(part, 'validate', table);
  }
  const rows = table.rowValues().map((row) => [...row]);
  for (const [index, [, part]] of parts.entries()) {
    const values = listOf(await askPart(part, 'run', table));
    for (const [at, row] of rows.entries()) row[places[index] ?? 0] = values[at] ?? null;
  }
  return table.make(names, rows, { types, rowNames: table.rowNames });
}

interface PivotOptions {
  readonly pivot: unknown;
  readonly aggregation: unknown;
  readonly computation: unknown;
  readonly fallback: unknown;
  readonly keyName: string | null;
}

async function pivoted(table: ResultTable, keys: readonly unknown[], how: PivotOptions): Promise<unknown> {
  const part = how.aggregation === null ? rowCount : aggregationOf(how.aggregation);
  const computation = how.computation === null ? null : ([toStr(how.computation), how.computation] as const);
  const compute = async (one: ResultTable): Promise<ResultTable> => {
    if (computation === null) return one;
    const wide = await computed(one, [computation], false);
    return wide.pick(wide.columns.flatMap(({ name, index }) => (name === part.name ? [] : [index])));
  };
  let groups: ResultTable | TableSet = table;
  for (const key of keys) groups = await groupAgain(groups, key, how.keyName);
  if (how.pivot === null) {
    const counts = await aggregated(groups, part);
    return counts instanceof ResultTable ? compute(counts) : counts;
  }
  const type = await part.typeIn(table);
  const counts = (await aggregated(await groupAgain(groups, how.pivot, null), part)) as ResultTable;
  const width = new Dict(Array.from(counts.column(how.pivot).values, (value) => [value, true])).size;
  return denormalized(await compute(counts), keys, {
    property: how.pivot,
    value: computation?.[0] ?? part.name,
    fallback: how.fallback,
    types: Array.from({ length: width }, () => type),
  });
}

async function groupAgain(groups: ResultTable | TableSet, key: unknown, name: string | null): Promise<TableSet> {
  if (groups instanceof ResultTable) return groupBy(groups, key, { name, type: null });
  const members: TableSet[] = [];
  for (const [, member] of groups.entries()) {
    members.push(await groupAgain(member as ResultTable | TableSet, key, name));
  }
  return new TableSet(members, groups.key);
}

/** A row for each group; of a table that is not grouped what agate answers for it, a dict. */
async function aggregated(groups: ResultTable | TableSet, part: Aggregation): Promise<ResultTable | Dict> {
  if (groups instanceof TableSet) return groups.aggregate([[part.name, part]]);
  await part.validate(groups);
  return new Dict([[part.name, await part.run(groups)]]);
}
