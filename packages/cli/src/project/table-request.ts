import { EiderError, error, type ManifestNode } from '@eider/core';
import type { TableRequest } from '@eider/engine';
import { UsageError } from '../flags/usage-error.ts';
import type { Invoked } from '../invoked.ts';
import type { OpenProject } from './open-project.ts';

/**
 * What the commands on one Delta table have in common: which, and how it is found. Throws EiderError for a node's name: what a node holds is told by the ledger,
 * and a change behind its back would be undone by the next build.
 */
export function tableRequest(
  { compiler, eiderVersion, flags, manifest }: OpenProject,
  { command, host, name }: Invoked,
): TableRequest {
  if (name === undefined)
    throw new UsageError(`${command} needs a table.`, `Name it: eider ${command} landing.orders, or by its path.`);
  const node = namedNode(manifest, name);
  if (node !== undefined) throw ofNode(command, node);
  return {
    compiler,
    table: name,
    folder: host.cwd,
    dryRun: flags.dryRun,
    engineInfo: `eider/${eiderVersion}`,
    now: host.now,
  };
}

function ofNode(command: string, { name, unique_id: node }: ManifestNode): EiderError {
  const message = `${name} is a node of the project: its files are what the lake's commits say, and \`${command} TABLE\` is for tables that were landed or are named by their path.`;
  const hint =
    '`eider history` lists the commits of the lake, `eider rollback` shows an older one, `eider vacuum` deletes what none needs.';
  return new EiderError([error('engine/delta', message, { hint, node })]);
}

/** The node with data of its own that a user names: by its name, its unique id, or its relation's. */
export function namedNode({ nodes }: OpenProject['manifest'], name: string | undefined): ManifestNode | undefined {
  return name === undefined ? undefined : Object.values(nodes).find((each) => isNamed(each, name));
}

function isNamed({ name, resource_type: type, schema, alias, unique_id: id }: ManifestNode, wanted: string): boolean {
  return ['model', 'seed', 'snapshot'].includes(type) && [name, id, `${schema}.${alias}`].includes(wanted);
}
