import {
  type Configured,
  isLeaf,
  jsonText,
  resourceOf,
  resourceTypesOf,
  versionedName,
  writtenRecord,
} from '@eider/core';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandAction } from '../invoked.ts';
import { chooseNodes } from '../project/choose-nodes.ts';
import { openProject } from '../project/open-project.ts';
import { noNodesSelected } from '../ui/notes.ts';

/** `list`, `ls`: a line for each selected node, in dbt's spellings; for pipes, so nothing but the lines is printed when quiet. */
export const list: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  const { flags, manifest, reporter } = open;
  if (flags.output === 'text')
    throw new UsageError('--output of ls cannot be text.', 'It is one of selector, name, json, path.');
  for (const [words, other] of [
    [flags.select, '--select'],
    [flags.resourceTypes, '--resource-type'],
  ] as const)
    if (flags.models.length > 0 && words.length > 0)
      throw new UsageError(`--models: not allowed with argument ${other}`, 'Give one of them.');
  // dbt: --models means models only.
  const types =
    flags.models.length > 0 ? ['model'] : resourceTypesOf('list', flags.resourceTypes, flags.excludeResourceTypes);
  const { ids } = await chooseNodes(open, types, true);
  if (ids.length === 0) reporter.line(noNodesSelected);
  const nodes = ids.flatMap((id) => resourceOf(manifest, id) ?? []);
  reporter.results(nodes.map((node) => listed(node, flags.output, flags.outputKeys)));
  return 0;
};

function listed(node: Configured, output: string, keys: readonly string[]): string {
  if (output === 'name') return searchName(node);
  if (output === 'path') return node.original_file_path;
  if (output === 'json')
    return jsonText(keys.length > 0 ? picked(writtenRecord(node), keys) : only(writtenRecord(node)));
  if (node.resource_type === 'source') return `source:${node.package_name}.${node.source_name}.${node.name}`;
  if (isLeaf(node)) return `${node.resource_type}:${node.package_name}.${node.name}`;
  if (node.resource_type === 'unit_test') return `unit_test:${node.package_name}.${versionedName(node)}`;
  return node.fqn.join('.');
}

/** dbt's: what a node is searched by. */
function searchName(node: Configured): string {
  if (node.resource_type === 'source') return `${node.source_name}.${node.name}`;
  return node.resource_type === 'model' && node.version !== null ? `${node.name}.v${node.version}` : node.name;
}

const usualKeys = new Set([
  'alias',
  'name',
  'package_name',
  'depends_on',
  'tags',
  'config',
  'resource_type',
  'source_name',
  'original_file_path',
  'unique_id',
]);

function only(node: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(node).filter(([key]) => usualKeys.has(key)));
}

/** The keys asked for; `config.materialized` reaches into a mapping, where nothing is as good as no key. */
function picked(node: object, keys: readonly string[]): Record<string, unknown> {
  const values = keys.map((key): [string, unknown] => [key, reach(node, key.split('.'))]);
  return Object.fromEntries(
    values.filter(([key, value]) => value !== undefined && (value !== null || !key.includes('.'))),
  );
}

function reach(value: unknown, path: readonly string[]): unknown {
  let inner = value;
  for (const key of path) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return undefined;
    inner = (inner as Readonly<Record<string, unknown>>)[key];
  }
  return inner;
}
