/** What values are to people that Jinja's messages name by their class. */
export const owned: Readonly<Record<string, string>> = {
  None: 'None',
  dict: 'This dict',
  list: 'This list',
  int: 'A number',
  float: 'A number',
  str: 'A text',
  builtin_function_or_method: 'A function',
  DuckDBRelation: 'A relation',
  'dbt.context.providers.RuntimeDatabaseWrapper': 'adapter',
  'dbt.context.providers.ParseDatabaseWrapper': 'adapter',
  'dbt.context.providers.RelationProxy': 'api.Relation',
  'agate.table.Table': 'A table',
  'agate.Column': 'A column of a result',
  'agate.Row': 'A row of a result',
};

/** What Python's types are to people. */
export const kinds: Readonly<Record<string, string>> = {
  str: 'A text',
  list: 'A list',
  tuple: 'A list',
  dict: 'A dict',
  int: 'A number',
  float: 'A number',
  'decimal.Decimal': 'A number',
  Decimal: 'A number',
  bool: 'A truth value',
  NoneType: 'None',
};

/** Names in quotes: `"a", "b" and "c"`. */
export function quoted(names: readonly string[]): string {
  const all = names.map((name) => `"${name}"`);
  return all.length === 1 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
