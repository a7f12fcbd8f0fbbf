import { placeOfConfig } from '../context/config-place.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { placeOfNode } from '../context/run-context.ts';
import { type Diagnostic, type Place, warning } from '../diagnostics.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import type { Located } from '../project/located.ts';

/** Findings about what a project has and eider passes over, one for each kind: nothing of it may be missed in silence. */
export function notBuiltYet(scope: RenderScope): readonly Diagnostic[] {
  const entries = (kind: string): readonly Located[] =>
    scope.project.properties.flatMap(({ passedOver }) => passedOver?.[kind] ?? []);
  const kinds = [['functions', 'function', 'is not built', 'are not built']] as const;
  const found = kinds.flatMap(([key, one, is, are]) => {
    const all = entries(key);
    const many = one.endsWith('y') ? `${one.slice(0, -1)}ies` : `${one}s`;
    return finding(all.length === 1 ? `1 ${one} ${is}` : `${all.length} ${many} ${are}`, all[0]?.place);
  });
  return [...found, ...promises(scope)];
}

function finding(what: string, place: Place | undefined): readonly Diagnostic[] {
  return place === undefined ? [] : [warning('project/unsupported', `${what}: eider cannot do that yet.`, { place })];
}

/** Configs that promise more than is done: data is not what readers were told, or is not registered where they look. */
function promises(scope: RenderScope): readonly Diagnostic[] {
  const models = Object.values(scope.manifest.nodes).filter((node) => node.resource_type === 'model');
  const about = (key: string, held: readonly ManifestNode[], one: string, many: string): readonly Diagnostic[] => {
    const [first] = held;
    if (first === undefined) return [];
    const names = held.map(({ name }) => name).join(', ');
    const what = held.length === 1 ? one.replace('$', names) : `${many.replace('$', String(held.length))} (${names})`;
    return finding(what, placeOfConfig(scope, first, key)?.place ?? placeOfNode(scope, first));
  };
  const plugins = models.filter(({ config }) => typeof config.plugin === 'string');
  const glue = models.filter(({ config }) => config.glue_register === true);
  return [
    ...about('plugin', plugins, '$ is not given to its plugin', '$ models are not given to their plugins'),
    ...about('glue_register', glue, '$ is not registered in Glue', '$ models are not registered in Glue'),
  ];
}
