import { isMapping } from '../context/plain.ts';
import { templateError } from '../context/template-error.ts';
import type { WriteOptions } from '../context/write-options.ts';

/** How the files of a Delta table are cut and sorted, and what its log says of it. */
export interface DeltaLayout {
  /** Columns by which the rows of each file are ordered: `sort_by`, or `cluster_by`. */
  readonly sortBy: readonly string[];
  /** Bytes of a file that is full; null for what the engine takes. Files of partitions have no limit. */
  readonly fileBytes: number | null;
  /** `table_properties`, as text. */
  readonly properties: Readonly<Record<string, string>>;
}

type Config = Readonly<Record<string, unknown>>;

/** What a node's config says of its Delta table. Throws EiderError for values of no meaning. */
export function deltaLayout(config: Config, options: WriteOptions): DeltaLayout {
  return {
    sortBy: columnNames(config.sort_by ?? config.cluster_by, 'sort_by'),
    fileBytes: bytesOf(config.file_size ?? options.get('file_size_bytes')),
    properties: propertiesOf(config.table_properties),
  };
}

/** The partition columns of a Delta table: the config's `partition_by`, a name, several with commas between, or a list. */
export function deltaPartitions(config: Config): readonly string[] {
  return columnNames(config.partition_by, 'partition_by');
}

function columnNames(given: unknown, key: string): readonly string[] {
  if (given === undefined || given === null) return [];
  const names = Array.isArray(given) ? given : typeof given === 'string' ? splitNames(given) : [given];
  const wrong = names.find((name) => typeof name !== 'string' || name.trim() === '');
  if (wrong === undefined) return names as readonly string[];
  throw templateError(
    'config/invalid',
    `\`${key}\` of a Delta table names columns; ${JSON.stringify(wrong)} is none.`,
    `Write ${key}='day', or a list: ${key}=['day', 'region'].`,
  );
}

/** `day`, `day, region`, `(day, "Sales, Region")`: the names without their quotes. */
export function splitNames(text: string): string[] {
  const inner = /^\s*\((.*)\)\s*$/s.exec(text)?.[1] ?? text;
  const names = inner.match(/"(?:[^"]|"")*"|[^,\s][^,]*/g) ?? [];
  return names
    .map((name) =>
      name
        .trim()
        .replace(/^"(.*)"$/s, '$1')
        .replaceAll('""', '"'),
    )
    .filter((name) => name !== '');
}

const powers: Readonly<Record<string, number>> = { '': 0, K: 1, M: 2, G: 3 };

/** `'128MB'`, `'64 MiB'` or a number of bytes. */
function bytesOf(given: unknown): number | null {
  if (given === undefined || given === null) return null;
  const match = /^\s*'?(\d+(?:\.\d+)?)\s*([KMG]?)(I?)B?'?\s*$/i.exec(String(given));
  const [, count, unit = '', binary = ''] = match ?? [];
  const bytes = Math.floor(Number(count) * (binary === '' ? 1000 : 1024) ** (powers[unit.toUpperCase()] ?? 0));
  if (match !== null && bytes > 0) return bytes;
  throw templateError(
    'config/invalid',
    `file_size is '${String(given)}', which is no size.`,
    "Write file_size='128MB'.",
  );
}

function propertiesOf(given: unknown): Readonly<Record<string, string>> {
  if (given === undefined || given === null) return {};
  if (isMapping(given)) return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
  throw templateError(
    'config/invalid',
    'table_properties has to be a mapping.',
    "Write table_properties={'delta.appendOnly': true}.",
  );
}
