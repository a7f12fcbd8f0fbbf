import { originOf } from '../context/origin.ts';
import { type Diagnostic, type Place, warning } from '../diagnostics.ts';
import type { Manifest } from '../manifest/nodes.ts';
import type { Located } from '../project/located.ts';
import type { Project } from '../project/project.ts';

/** Findings about what a project has and eider passes over, one for each kind: nothing of it may be missed in silence. */
export function notBuiltYet(project: Project, manifest: Manifest): readonly Diagnostic[] {
  const entries = (kind: string): readonly Located[] =>
    project.properties.flatMap(({ passedOver }) => passedOver?.[kind] ?? []);
  const kinds = [
    ['semantic_models', 'semantic model', 'is not read', 'are not read'],
    ['metrics', 'metric', 'is not read', 'are not read'],
    ['saved_queries', 'saved query', 'is not read', 'are not read'],
    ['functions', 'function', 'is not built', 'are not built'],
  ] as const;
  const found = kinds.flatMap(([key, one, is, are]) => {
    const all = entries(key);
    const many = one.endsWith('y') ? `${one.slice(0, -1)}ies` : `${one}s`;
    return finding(all.length === 1 ? `1 ${one} ${is}` : `${all.length} ${many} ${are}`, all[0]?.place);
  });
  return [...found, ...contracts(manifest)];
}

function finding(what: string, place: Place | undefined): readonly Diagnostic[] {
  return place === undefined ? [] : [warning('project/unsupported', `${what}: eider cannot do that yet.`, { place })];
}

/** A contract that is not kept could hide that data is not what its readers were promised. */
function contracts(manifest: Manifest): readonly Diagnostic[] {
  const held = Object.values(manifest.nodes).filter((node) => node.resource_type === 'model' && node.contract.enforced);
  const names = held.map(({ name }) => name).join(', ');
  const what =
    held.length === 1
      ? `The contract of ${names} is not checked`
      : `The contracts of ${held.length} models are not checked (${names})`;
  return finding(what, originOf(manifest, held[0]?.unique_id ?? ''));
}
