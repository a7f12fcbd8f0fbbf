import type { ManifestNode } from '../../manifest/nodes.ts';
import type { SavedQueryNode } from '../../manifest/semantic-nodes.ts';
import type { Located } from '../../project/located.ts';
import type { PropertyFile } from '../../project/project.ts';
import { newNode } from '../new-node.ts';
import type { ParseState } from '../parse-state.ts';
import { listOf, recordOf, tagsOf, textOf } from '../read-values.ts';
import { addLeaf, type SemanticEntry, semanticNode } from './new-semantic-node.ts';
import { textOrNull, textsOf, whereFilters } from './semantic-values.ts';

/** Parses the saved queries of a property file. */
export function parseSavedQueries(state: ParseState, file: PropertyFile): void {
  const renderer = state.rendererFor(file.file.packageName);
  for (const entry of file.savedQueries) {
    const data = renderer.entry('saved_queries', entry);
    addLeaf(state, savedQuery(state, { file, entry, data }), entry);
  }
}

function savedQuery(state: ParseState, given: SemanticEntry): SavedQueryNode {
  const { data } = given;
  const shared = semanticNode(state, 'saved_query', given);
  const asked = recordOf(data.query_params);
  return {
    ...shared,
    description: textOrNull(data.description),
    query_params: {
      metrics: textsOf(asked.metrics),
      group_by: textsOf(asked.group_by),
      where: whereFilters(asked.where),
      order_by: textsOf(asked.order_by),
      limit: typeof asked.limit === 'number' ? asked.limit : null,
    },
    exports: listOf(data.exports).map((one) => exportOf(state, shared, recordOf(one), given.entry)),
    tags: [...new Set([...tagsOf(data.tags), ...tagsOf(shared.config.tags)])].sort(),
  };
}

type Export = SavedQueryNode['exports'][number];
type Query = Pick<SavedQueryNode, 'config' | 'fqn' | 'original_file_path' | 'package_name' | 'path' | 'unique_id'>;

/** Where an export goes: what it says itself, else the query's config, else what the macros `generate_*_name` give. */
function exportOf(state: ParseState, query: Query, given: Readonly<Record<string, unknown>>, entry: Located): Export {
  const own = recordOf(given.config);
  const combined = { ...query.config, ...own };
  const named = namedNode(state, query, textOf(given.name), own, entry);
  return {
    name: textOf(given.name),
    config: {
      export_as: textOf(combined.export_as),
      schema_name: textOrNull(combined.schema_name) ?? textOrNull(combined.schema) ?? named.schema,
      alias: textOrNull(own.alias) ?? named.alias,
      database: named.database,
    },
    unrendered_config: { ...own },
  };
}

/** A node of the export's name, for the macros to name. dbt tells them nothing of a schema. */
function namedNode(
  state: ParseState,
  query: Query,
  name: string,
  { alias = null, database = null }: Readonly<Record<string, unknown>>,
  entry: Located,
): ManifestNode {
  const { project, startedAt } = state.scope;
  const facts = {
    type: 'operation',
    name,
    packageName: query.package_name,
    uniqueId: query.unique_id,
    path: query.path,
    originalFilePath: query.original_file_path,
    fqn: query.fqn,
    code: '',
    checksum: { name: 'none', checksum: '' },
  } as const;
  const node = newNode(facts, project.target, startedAt);
  node.config = { ...node.config, alias: textOrNull(alias), database: textOrNull(database) };
  state.namer(node, entry.place);
  return node;
}
