import { readFile } from 'node:fs/promises';
import { parseProject, type RelationName, readProject, readYamlMapping } from '@eider/core';
import type { DeferRequest, OtherTarget } from '@eider/engine';
import { UsageError } from '../flags/usage-error.ts';
import { findingsOf } from '../ui/failure-findings.ts';
import type { OpenProject } from './open-project.ts';
import { deferManifest } from './previous-state.ts';

/** Types of nodes that a ref may lead to. */
const refable: ReadonlySet<unknown> = new Set(['function', 'model', 'seed', 'snapshot']);

/**
 * Where `--defer` sends refs: by the artifacts of `--defer-state` or `--state`, else, with `--defer-target`, to what that target published. Undefined without
 * either; a clone is nothing without. Throws EiderError `select/no-state` for artifacts that are not there, UsageError for a target that cannot be meant.
 */
export async function deferRequest(open: OpenProject, command?: string): Promise<DeferRequest | undefined> {
  const { deferTarget: target, defer, favorState: favor } = open.flags;
  if (target !== undefined) return deferToTarget(open, target);
  return defer || command === 'clone' ? { favor, ...(await deferToArtifacts(open)) } : undefined;
}

function deferToTarget(open: OpenProject, target: string): DeferRequest {
  const { flags, project } = open;
  const own = project.target.targetName;
  if (target === own)
    throw new UsageError(`--defer-target is "${target}", which is this target.`, 'Name the target that published.');
  return {
    favor: flags.favorState,
    relations: null,
    targets: async () => [await otherTarget(open, target)],
    name: `target ${target}`,
  };
}

/** Relations by artifacts; where they are not in the database of this target, another target of the profile may have published them. */
async function deferToArtifacts(open: OpenProject): Promise<Omit<DeferRequest, 'favor'>> {
  const { nodes } = await deferManifest(open);
  const relations = new Map<string, RelationName>();
  for (const [id, { alias, config, database, resource_type: type, schema }] of Object.entries(nodes)) {
    const isEphemeral = (config as { readonly materialized?: unknown } | undefined)?.materialized === 'ephemeral';
    if (!refable.has(type) || isEphemeral || open.manifest.nodes[id] === undefined) continue;
    relations.set(id, { database: textOrNull(database), schema: textOrNull(schema), identifier: String(alias) });
  }
  const { deferState, state } = open.flags;
  return { relations, targets: () => otherTargets(open), name: `the state in ${deferState ?? state}` };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Those that can be read: a profile may hold others for other machines. */
async function otherTargets(open: OpenProject): Promise<readonly OtherTarget[]> {
  const others = (await targetNames(open)).filter((name) => name !== open.project.target.targetName);
  const read = others.map((name) => otherTarget(open, name).catch(unlessFinding));
  return (await Promise.all(read)).filter((one) => one !== undefined);
}

async function targetNames({ project: { profilesFile, target } }: OpenProject): Promise<readonly string[]> {
  const { root } = readYamlMapping(await readFile(profilesFile, 'utf8'), 'profiles.yml');
  return Object.keys((root?.get(target.profileName, 'outputs')?.value ?? {}) as object);
}

function unlessFinding(cause: unknown): undefined {
  if (!(cause instanceof UsageError) && findingsOf(cause) === null) throw cause;
}

/** The project as another target has it: names, and where its lake lies, may depend on the target. */
async function otherTarget({ invocation, readOptions }: OpenProject, name: string): Promise<OtherTarget> {
  const { diagnostics, project } = await readProject({ ...readOptions, target: name });
  if (project === null) {
    const [first] = diagnostics.filter(({ severity }) => severity === 'error');
    throw new UsageError(`The target "${name}" cannot be read: ${first?.message ?? 'nothing says why.'}`, first?.hint);
  }
  const { id, startedAt } = invocation();
  const silent = { onLog: () => undefined, onPrint: () => undefined };
  const { manifest } = parseProject(project, { invocationId: id, startedAt, ...silent });
  return { manifest, project };
}
