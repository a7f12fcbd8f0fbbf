import { mappingOf, toStr } from '../jinja/values/index.ts';

/** A column as dbt's contract macros compare them. */
interface ContractColumn {
  readonly name: string;
  readonly type: string;
}

/** dbt's words about a contract that its model does not keep, with its table of what differs. */
export function contractMessage(contract: unknown, definition: unknown): string {
  const wanted = columnsOf(contract);
  if (wanted.length === 0) return "This model has an enforced contract, and its 'columns' specification is missing";
  const head = ['column_name', 'definition_type', 'contract_type', 'mismatch_reason'];
  const rows = mismatches(wanted, columnsOf(definition));
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, at) => text.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [
    'This model has an enforced contract that failed.',
    "Please ensure the name, data_type, and number of columns in your contract match the columns in your model's definition.",
    '',
    ...[line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)],
  ].join('\n');
}

function mismatches(
  wanted: readonly ContractColumn[],
  found: readonly ContractColumn[],
): readonly (readonly [string, string, string, string])[] {
  const ofFound = found.flatMap(({ name, type }): [string, string, string, string][] => {
    const same = wanted.find((one) => one.name === name);
    if (same === undefined) return [[name, type, '', 'missing in contract']];
    return same.type === type ? [] : [[name, type, same.type, 'data type mismatch']];
  });
  const known = new Set(found.map(({ name }) => name));
  const missing = wanted
    .filter(({ name }) => !known.has(name))
    .map(({ name, type }): [string, string, string, string] => [name, '', type, 'missing in definition']);
  return [...ofFound, ...missing].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function columnsOf(value: unknown): readonly ContractColumn[] {
  if (!Array.isArray(value)) return [];
  return value.map((one) => {
    const column = mappingOf(one);
    return { name: toStr(column?.get('name') ?? ''), type: toStr(column?.get('data_type') ?? '') };
  });
}
