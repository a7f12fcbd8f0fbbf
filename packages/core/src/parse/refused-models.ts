import { placeOfConfig } from '../context/config-place.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { placeOfNode } from '../context/run-context.ts';
import { type Diagnostic, error } from '../diagnostics.ts';
import { findPlugin } from '../project/plugins.ts';

/** Findings about external models that dbt-duckdb registers in AWS Glue: readers look for them there, and would find nothing or what is old. */
export function refusedModels(scope: RenderScope): readonly Diagnostic[] {
  const { manifest, project } = scope;
  const isGlue = (name: unknown): boolean =>
    typeof name === 'string' && findPlugin(project.target, name)?.module === 'glue';
  return Object.values(manifest.nodes).flatMap((node) => {
    const { glue_register: registers, materialized, plugin } = node.config;
    if (node.resource_type !== 'model' || materialized !== 'external') return [];
    const key = registers === true ? 'glue_register' : 'plugin';
    if (registers !== true && !isGlue(plugin)) return [];
    const place = placeOfConfig(scope, node, key)?.place ?? placeOfNode(scope, node);
    const message = `${node.name} is to be registered in AWS Glue, which eider cannot do.`;
    const hint = `Leave \`${key}\` out, and register what was built by a hook of \`publish.on_publish\`.`;
    return [error('project/unsupported', message, { hint, ...(place && { place }) })];
  });
}
