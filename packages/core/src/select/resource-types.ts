/** What `build` can run. */
const runnable: readonly string[] = [
  'model',
  'seed',
  'snapshot',
  'test',
  'unit_test',
  'exposure',
  'saved_query',
  'function',
];
const everyType: readonly string[] = [...runnable, 'source', 'metric', 'semantic_model', 'analysis'];

/** `compile` and docs make the SQL of run hooks too, which are operations. */
const byCommand: Readonly<Record<string, readonly string[]>> = {
  build: runnable,
  run: ['model'],
  test: ['test', 'unit_test'],
  seed: ['seed'],
  snapshot: ['snapshot'],
  compile: ['model', 'seed', 'snapshot', 'test', 'analysis', 'function', 'operation'],
  show: ['model', 'seed', 'snapshot', 'test', 'analysis', 'function', 'source'],
  list: everyType,
  clone: ['model', 'seed', 'snapshot'],
};

/**
 * The resource types that a command works on (dbt's), narrowed by `--resource-type` and `--exclude-resource-type`.
 * `all` stands for every type, `default` for those that the command has without the flag.
 */
export function resourceTypesOf(
  command: string,
  only: readonly string[] = [],
  without: readonly string[] = [],
): readonly string[] {
  const own = byCommand[command] ?? everyType;
  const usual = command === 'list' ? own.filter((type) => type !== 'analysis') : own;
  const wanted =
    only.length === 0 ? usual : only.flatMap((type) => (type === 'all' ? own : type === 'default' ? usual : [type]));
  return [...new Set(wanted)].filter((type) => own.includes(type) && !without.includes(type));
}
