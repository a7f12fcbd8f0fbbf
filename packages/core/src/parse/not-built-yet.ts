import { placeOfConfig } from '../context/config-place.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { placeOfNode } from '../context/run-context.ts';
import { type Diagnostic, type Place, warning } from '../diagnostics.ts';
import type { ManifestNode } from '../manifest/nodes.ts';

function finding(what: string, place: Place | undefined): readonly Diagnostic[] {
  return place === undefined ? [] : [warning('project/unsupported', `${what}: eider cannot do that yet.`, { place })];
}

/** Findings about configs that promise more than is done: data is not what readers were told, or is not registered where they look. */
export function notBuiltYet(scope: RenderScope): readonly Diagnostic[] {
  const models = Object.values(scope.manifest.nodes).filter((node) => node.resource_type === 'model');
  const about = (key: string, held: readonly ManifestNode[], one: string, many: string): readonly Diagnostic[] => {
    const [first] = held;
    if (first === undefined) return [];
    const names = held.map(({ name }) => name).join(', ');
    const what = held.length === 1 ? one.replace('$', names) : `${many.replace('$', String(held.length))} (${names})`;
    return finding(what, placeOfConfig(scope, first, key)?.place ?? placeOfNode(scope, first));
  };
  const glue = models.filter(({ config }) => config.glue_register === true);
  return [...about('glue_register', glue, '$ is not registered in Glue', '$ models are not registered in Glue')];
}
