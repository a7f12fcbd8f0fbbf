import {
  type Callable,
  Dict,
  getAttr,
  hostFunction,
  iterate,
  mappingOf,
  PyError,
  repr,
  toStr,
  truth,
} from '../jinja/values/index.ts';
import { ResultTable } from './agate/table.ts';
import { FieldsObject } from './fields-object.ts';

/** DDL types by the kind of a seed's column. */
const ddlTypes: Readonly<Record<string, string>> = {
  Integer: 'integer',
  Text: 'text',
  Boolean: 'boolean',
  DateTime: 'timestamp without time zone',
  Date: 'date',
};

/** Methods of `adapter` that work on what they are given alone. All throw what dbt throws. */
export const modelMethods: Readonly<Record<string, Callable>> = {
  batch_id_for_model: hostFunction('batch_id_for_model', ['model'], (model) => {
    const start = mappingOf(mappingOf(model)?.get('batch'))?.get('event_time_start') ?? null;
    return start === null ? '' : toStr(start).replace(/[-:+]/g, '').replaceAll(' ', '_');
  }),
  convert_type: hostFunction('convert_type', ['agate_table', 'col_idx'], (table, index) => convertType(table, index)),
  convert_datetimes_to_strs: hostFunction('convert_datetimes_to_strs', ['table'], (table) => momentsAsText(table)),
  get_hard_deletes_behavior: hostFunction('get_hard_deletes_behavior', ['config'], (config) => hardDeletes(config)),
  get_seed_file_path: hostFunction('get_seed_file_path', ['model'], (model) => {
    const [root, file] = ['root_path', 'original_file_path'].map((key) => required(model, key));
    return `${root?.replace(/\/$/, '')}/${file}`;
  }),
  parse_index: hostFunction('parse_index', ['raw_index'], (raw) => parseIndex(raw)),
  standardize_grants_dict: hostFunction('standardize_grants_dict', ['grants_table'], (table) => grants(table)),
};

function tableOf(value: unknown): ResultTable {
  if (value instanceof ResultTable) return value;
  throw new PyError('AttributeError', `${repr(value)} is no table`);
}

function convertType(value: unknown, index: unknown): string {
  const table = tableOf(value);
  const column = typeof index === 'number' ? table.columns[index] : undefined;
  if (column === undefined) throw new PyError('IndexError', 'tuple index out of range');
  if (column.type.name !== 'Number') return ddlTypes[column.type.name] ?? 'text';
  const hasFraction = Array.from(column.values).some((one) => one !== null && /\.\d*[1-9]/.test(toStr(one)));
  return hasFraction ? 'float8' : 'integer';
}

function momentsAsText(value: unknown): ResultTable {
  const table = tableOf(value);
  const rows = table.rows.map((row) =>
    Array.from(row.values, (one, at) => (table.columns[at]?.type.name === 'DateTime' ? toStr(one) : one)),
  );
  return table.make(table.columnNames, rows, {});
}

function hardDeletes(config: unknown): string {
  const read = (key: string): unknown => {
    const mapping = mappingOf(config);
    if (mapping !== null) return mapping.get(key) ?? null;
    const get = getAttr(config, 'get') as Callable;
    return get.__call__([key], null) ?? null;
  };
  const [invalidate, behaviour] = [read('invalidate_hard_deletes'), read('hard_deletes')];
  if (invalidate !== null && behaviour !== null) {
    const words =
      'You cannot set both the invalidate_hard_deletes and hard_deletes config properties on the same snapshot.';
    throw new PyError('DbtValidationError', words);
  }
  if (truth(invalidate) || behaviour === 'invalidate') return 'invalidate';
  if (behaviour === 'new_record') return 'new_record';
  if (behaviour === null || behaviour === 'ignore') return 'ignore';
  throw new PyError('DbtValidationError', 'Invalid setting for property hard_deletes.');
}

function required(mapping: unknown, key: string): string {
  const value = mappingOf(mapping)?.get(key);
  if (value === undefined) throw new PyError('KeyError', repr(key));
  return toStr(value);
}

function parseIndex(raw: unknown): FieldsObject | null {
  if (raw === null) return null;
  const mapping = mappingOf(raw);
  const fail = (reason: string): PyError =>
    new PyError('DbtValidationError', `Could not parse index config: ${reason}`);
  if (mapping === null) throw fail(`${repr(raw)} is no dictionary`);
  const unknown = [...mapping.entries()].find(([key]) => key !== 'columns' && key !== 'unique');
  if (unknown !== undefined) throw fail(`${repr(unknown[0])} is not one of its keys, columns and unique`);
  const columns = mapping.get('columns');
  if (columns === undefined) throw fail("it has no 'columns'");
  return new FieldsObject('DuckDBIndexConfig', {
    columns: Array.from(iterate(columns), toStr),
    unique: truth(mapping.get('unique') ?? false),
  });
}

function grants(table: unknown): Dict {
  const found = new Dict();
  for (const row of tableOf(table).rows) {
    const [grantee, privilege] = ['grantee', 'privilege_type'].map((key) => {
      const value = row.__getitem__(key);
      if (value === undefined) throw new PyError('KeyError', repr(key));
      return value;
    });
    const grantees = found.get(privilege);
    if (Array.isArray(grantees)) grantees.push(grantee);
    else found.set(privilege, [grantee]);
  }
  return found;
}
