import type { Config } from '../context/config.ts';
import { sourceRelation } from '../context/node-relation.ts';
import { templateDiagnostics } from '../context/template-diagnostics.ts';
import { error, type Place } from '../diagnostics.ts';
import type { SourceNode } from '../manifest/nodes.ts';
import type { Located } from '../project/located.ts';
import type { PropertyFile } from '../project/project.ts';
import { columnInfos } from './columns.ts';
import { parseGenericTests } from './generic-tests.ts';
import type { ParseState } from './parse-state.ts';
import { listOf, recordOf, tagsOf, textOf } from './read-values.ts';
import { mergedFreshness } from './source-freshness.ts';
import { isOverride, patched, patchKey, reportUnusedPatches, sourcePatches, tablePatch } from './source-patches.ts';
import { itemsOf, testsOf } from './test-targets.ts';

type Entry = Readonly<Record<string, unknown>>;

/** Gives what parses the sources of a property file, and the tests on their tables: as other files override them. */
export function sourceParser(state: ParseState): { parse(file: PropertyFile): void; finish(): void } {
  const patches = sourcePatches(state);
  const met = new Set<string>();
  return {
    parse: (file) => {
      const renderer = state.rendererFor(file.file.packageName);
      for (const entry of file.sources) {
        if (isOverride(entry)) continue;
        const own = renderer.entry('sources', entry);
        const key = patchKey(file.file.packageName, textOf(own.name));
        const patch = patches.get(key);
        if (listOf(own.tables).length > 0) met.add(key);
        const source = patch === undefined ? own : patched(own, patch.data, 'source');
        listOf(own.tables).forEach((item, index) => {
          const table = recordOf(item);
          const over = patch && tablePatch(patch, textOf(table.name));
          const facts = { entry, source, index, over: over?.entry };
          parseTable(state, file, { ...facts, table: over === undefined ? table : patched(table, over.data, 'table') });
        });
      }
    },
    finish: () => reportUnusedPatches(state, patches, met),
  };
}

interface TableFacts {
  readonly entry: Located;
  readonly source: Entry;
  readonly table: Entry;
  readonly index: number;
  /** What overrides the table. */
  readonly over: Located | undefined;
}

function parseTable(state: ParseState, file: PropertyFile, facts: TableFacts): void {
  const place = facts.entry.get('tables', facts.index)?.place ?? facts.entry.place;
  const node = tableNode(state, file, facts);
  reportBoth(state, facts);
  const { manifest } = state.scope;
  if (manifest.sources[node.unique_id] !== undefined) {
    state.diagnostics.push(
      error(
        'project/duplicate',
        `The source table "${node.source_name}.${node.name}" is declared twice in the package ${node.package_name}.`,
        {
          place,
          node: node.unique_id,
          hint: 'Put both declarations into one.',
        },
      ),
    );
    return;
  }
  state.origins.set(node.unique_id, place);
  try {
    node.relation_name = sourceRelation(node, { quoting: state.scope.quoting }).render();
  } catch (failure) {
    const fallback = externalPlace(
      facts,
      /formatter '/.test(String(failure)) ? 'formatter' : 'external_location',
      place,
    );
    state.diagnostics.push(...templateDiagnostics(failure, node.unique_id, fallback));
  }
  if (node.config.enabled === false)
    manifest.disabled[node.unique_id] = [...(manifest.disabled[node.unique_id] ?? []), node];
  else manifest.sources[node.unique_id] = node;
  parseTableTests(state, file, facts, node);
}

function externalPlace({ entry, index }: TableFacts, key: string, place: Place): Place {
  for (const path of [['tables', index, 'meta'], ['tables', index, 'config'], ['meta'], ['config']] as const) {
    const found = entry.get(...path, key);
    if (found !== undefined) return found.place;
  }
  return place;
}

function tableNode(state: ParseState, file: PropertyFile, { entry, source, table }: TableFacts): SourceNode {
  const { packageName, path } = file.file;
  const { target } = state.scope.project;
  const sourceName = textOf(source.name);
  const name = textOf(table.name);
  const folders = file.file.relativePath.split('/').slice(0, -1);
  const fqn = [packageName, ...folders, sourceName, name];
  const { config, unrendered } = state.configs.assemble({
    type: 'source',
    fqn,
    packageName,
    calls: {},
    patch: sourceConfig(source, table),
  });
  return {
    database: textOf(source.database ?? source.catalog) || target.database,
    schema: textOf(source.schema ?? source.dataset) || sourceName,
    name,
    resource_type: 'source',
    package_name: packageName,
    path,
    original_file_path: path,
    unique_id: `source.${packageName}.${sourceName}.${name}`,
    fqn,
    source_name: sourceName,
    source_description: textOf(source.description),
    loader: textOf(source.loader),
    identifier: textOf(table.identifier) || name,
    quoting: quotingOf(source, table),
    loaded_at_field: textOrNull(config.loaded_at_field),
    loaded_at_query: textOrNull(config.loaded_at_query),
    freshness: config.freshness === null ? null : { ...recordOf(config.freshness) },
    external: table.external === undefined || table.external === null ? null : externalTable(table.external),
    description: textOf(table.description),
    columns: columnInfos(table.columns),
    meta: config.meta,
    source_meta: { ...recordOf(source.meta), ...recordOf(recordOf(source.config).meta) },
    tags: config.tags,
    config,
    unrendered_database: textOrNull(recordOf(entry.value).database),
    unrendered_schema: textOrNull(recordOf(entry.value).schema),
    patch_path: null,
    unrendered_config: unrendered,
    relation_name: '',
    created_at: state.scope.startedAt.getTime() / 1000,
  };
}

/** dbt's own keys, and those of packages that make such tables. */
function externalTable(given: unknown): Entry {
  return {
    location: null,
    file_format: null,
    row_format: null,
    tbl_properties: null,
    partitions: null,
    ...recordOf(given),
  };
}

/** What source and table say: the table counts more; meta and tags of both, and of their configs, are put together. */
function sourceConfig(source: Entry, table: Entry): Config {
  const sourceOwn = recordOf(source.config);
  const tableOwn = recordOf(table.config);
  const config: Config = { ...sourceOwn, ...tableOwn };
  config.meta = {
    ...recordOf(source.meta),
    ...recordOf(sourceOwn.meta),
    ...recordOf(table.meta),
    ...recordOf(tableOwn.meta),
  };
  const tags = [source.tags, sourceOwn.tags, table.tags, tableOwn.tags].flatMap(tagsOf);
  config.tags = [...new Set(tags)].sort();
  Object.assign(config, loadedAt(source, table));
  const freshness = mergedFreshness([source.freshness, sourceOwn.freshness, table.freshness, tableOwn.freshness]);
  if (freshness === undefined) delete config.freshness;
  else config.freshness = freshness;
  return config;
}

/** Where the time of loading is from. A table that names a column, or none, has nothing of what its source says, a query neither. */
function loadedAt(source: Entry, table: Entry): Config {
  const said = (entry: Entry, key: string): unknown => entry[key] ?? recordOf(entry.config)[key] ?? null;
  const isFieldSaid = 'loaded_at_field' in table;
  const ownField = said(table, 'loaded_at_field');
  return {
    loaded_at_field: isFieldSaid || ownField !== null ? ownField : said(source, 'loaded_at_field'),
    loaded_at_query: said(table, 'loaded_at_query') ?? (isFieldSaid ? null : said(source, 'loaded_at_query')),
  };
}

/** dbt takes a column or a query, not both of one level. */
function reportBoth(state: ParseState, { entry, index, source, table }: TableFacts): void {
  const query = (one: Entry): unknown => one.loaded_at_query ?? recordOf(one.config).loaded_at_query;
  const field = (one: Entry): unknown => one.loaded_at_field ?? recordOf(one.config).loaded_at_field;
  const levels = [
    ['table', 'loaded_at_field' in table && Boolean(query(table)), entry.get('tables', index)],
    ['source', Boolean(field(source)) && Boolean(query(source)), entry],
  ] as const;
  for (const [level, both, at] of levels) {
    if (!both || (level === 'source' && index > 0)) continue;
    const message = `Both loaded_at_field and loaded_at_query are given for the ${level} "${textOf((level === 'table' ? table : source).name)}".`;
    const place = (at?.get('loaded_at_query') ?? at ?? entry).place;
    state.diagnostics.push(error('config/invalid', message, { place, hint: 'Keep one of them.' }));
  }
}

function quotingOf(source: Entry, table: Entry): Record<string, unknown> {
  return {
    database: null,
    schema: null,
    identifier: null,
    column: null,
    ...recordOf(source.quoting),
    ...recordOf(table.quoting),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function parseTableTests(
  state: ParseState,
  file: PropertyFile,
  { entry, source, table, index, over }: TableFacts,
  node: SourceNode,
): void {
  const located = entry.get('tables', index);
  if (located === undefined) return;
  const said = (...keys: readonly string[]): Located =>
    over !== undefined && keys.some((key) => (recordOf(over.value)[key] ?? null) !== null) ? over : located;
  if (over !== undefined && (table.tests ?? null) !== null && (table.data_tests ?? null) !== null) {
    const message = `The source table "${node.source_name}.${node.name}" has "tests" in one file and "data_tests" in the one that overrides it.`;
    const hint = 'Write `data_tests:` in both.';
    state.diagnostics.push(error('project/invalid-value', message, { place: over.place, node: node.unique_id, hint }));
  }
  parseGenericTests(state, {
    kind: 'source',
    key: 'sources',
    file: file.file,
    name: node.name,
    sourceName: node.source_name,
    expression: `source('${node.source_name}', '${node.name}')`,
    tests: testsOf(said('tests', 'data_tests')),
    columns: itemsOf(said('columns').get('columns')),
    quoteColumns: recordOf(table.quoting).column === true || recordOf(source.quoting).column === true,
    tags: [...tagsOf(source.tags), ...tagsOf(table.tags)],
  });
}
