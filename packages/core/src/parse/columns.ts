import type { ColumnInfo } from '../manifest/nodes.ts';
import { columnConstraints } from './constraints.ts';
import { listOf, recordOf, tagsOf, textOf } from './read-values.ts';

/** The column records of a property file's `columns:`, by name. Meta and tags of a column's config count with its own. */
export function columnInfos(columns: unknown): Record<string, ColumnInfo> {
  const infos: Record<string, ColumnInfo> = {};
  for (const entry of listOf(columns)) {
    const info = columnInfo(recordOf(entry));
    if (info.name !== '') infos[info.name] = info;
  }
  return infos;
}

/** Keys of a column that dbt knows; it keeps any other as it is. */
const known = new Set(
  'name description meta data_type constraints docs config data_tests tests quote tags granularity'.split(' '),
);

function columnInfo(column: Readonly<Record<string, unknown>>): ColumnInfo {
  const config = recordOf(column.config);
  const meta = { ...recordOf(column.meta), ...recordOf(config.meta) };
  const tags = [...new Set([...tagsOf(column.tags), ...tagsOf(config.tags)])];
  return {
    name: textOf(column.name),
    description: textOf(column.description),
    meta,
    data_type: typeof column.data_type === 'string' ? column.data_type : null,
    constraints: columnConstraints(column.constraints),
    quote: typeof column.quote === 'boolean' ? column.quote : null,
    config: { meta, tags },
    tags,
    granularity: typeof column.granularity === 'string' ? column.granularity : null,
    doc_blocks: [],
    ...Object.fromEntries(Object.entries(column).filter(([key]) => !known.has(key))),
  };
}
