import type { PackageProject } from '../project/project.ts';
import { applyConfig } from './apply-config.ts';
import { newNode } from './new-node.ts';
import { addNode, type ParseState } from './parse-state.ts';
import { collectingContext, renderForNames, renderHooks } from './render-node.ts';

/** Parses a package's on-run-start and on-run-end hooks into operation nodes, which are not part of any selection. */
export function parseRunHooks(state: ParseState, owner: PackageProject): void {
  const kinds = [
    ['on-run-start', owner.onRunStart],
    ['on-run-end', owner.onRunEnd],
  ] as const;
  for (const [kind, hooks] of kinds) {
    for (const [index, sql] of hooks.entries()) parseHook(state, owner, kind, sql, index);
  }
}

function parseHook(
  state: ParseState,
  owner: PackageProject,
  kind: 'on-run-start' | 'on-run-end',
  sql: string,
  index: number,
): void {
  const name = `${owner.name}-${kind}-${index}`;
  const node = newNode(
    {
      type: 'operation',
      name,
      packageName: owner.name,
      uniqueId: `operation.${owner.name}.${name}`,
      path: `hooks/${name}.sql`,
      originalFilePath: './dbt_project.yml',
      fqn: [owner.name, 'hooks', name],
      code: sql,
      checksum: { name: 'sha256', checksum: owner.checksum ?? '' },
    },
    state.scope.project.target,
    state.scope.startedAt,
  );
  node.tags.push(kind);
  Object.assign(node, { index });
  const origin =
    owner.hookPlaces?.[kind][index] ??
    (owner.isRoot
      ? state.scope.project.dbtProjectPlace
      : { file: `${owner.root}/dbt_project.yml`, line: 1, column: 1 });
  const render = collectingContext(state, node);
  renderForNames(state, render.context, sql, node.unique_id, origin);
  applyConfig(state, node, render.calls, {}, origin);
  // The configs of models hold for operations too, hooks included: dbt knows these by what the models' hooks call.
  renderHooks(state, render, node, origin);
  state.origins.set(node.unique_id, origin);
  addNode(state, node);
}
