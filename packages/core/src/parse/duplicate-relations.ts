import { error } from '../diagnostics.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import type { ParseState } from './parse-state.ts';

/** Finds models, seeds and snapshots that would be one relation in the database. Names count without regard to case, as in DuckDB. */
export function checkRelationNames(state: ParseState): void {
  const owners = new Map<string, ManifestNode>();
  for (const node of Object.values(state.scope.manifest.nodes)) {
    if (node.relation_name === null || node.resource_type === 'test') continue;
    const name = node.relation_name.toLowerCase();
    const twin = owners.get(name);
    if (twin === undefined) owners.set(name, node);
    else report(state, node, twin);
  }
}

function report(state: ParseState, node: ManifestNode, twin: ManifestNode): void {
  const place = state.origins.get(node.unique_id);
  state.diagnostics.push(
    error(
      'project/duplicate',
      `Two resources have the database representation ${node.relation_name}: ${twin.unique_id} (${twin.original_file_path}) and ${node.unique_id} (${node.original_file_path}).`,
      {
        ...(place === undefined ? {} : { place }),
        node: node.unique_id,
        hint: 'Give one of them another alias or schema.',
      },
    ),
  );
}
