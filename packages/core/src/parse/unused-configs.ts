import { type Diagnostic, warning } from '../diagnostics.ts';
import type { Manifest, ResourceType } from '../manifest/nodes.ts';
import { didYouMeanHint } from '../near-names.ts';
import { isKnownConfig } from '../project/known-configs.ts';
import type { Located } from '../project/located.ts';
import type { Project } from '../project/project.ts';
import { isMapping } from '../project/read-yaml.ts';

const types: Readonly<Record<string, ResourceType>> = {
  models: 'model',
  seeds: 'seed',
  snapshots: 'snapshot',
  tests: 'test',
  sources: 'source',
};

/** Warnings about folders under `models:`, `seeds:`, … of dbt_project.yml that no resource lies in: dbt's unused configuration paths. */
export function unusedConfigs(project: Project, manifest: Manifest): readonly Diagnostic[] {
  const configs = project.packages[0]?.configs;
  return Object.entries(types).flatMap(([tree, type]) => {
    const located = configs?.[tree as keyof typeof configs];
    if (located === undefined) return [];
    const fqns = fqnsOf(manifest, type);
    return [...(fqns.length === 0 ? ownConfigs(located, tree) : []), ...unusedIn(located, [tree], fqns)];
  });
}

/** Configs of all resources of a type of which there are none. */
function ownConfigs(located: Located, tree: string): readonly Diagnostic[] {
  const own = [...located.entries()].find(([key, { value }]) => String(key).startsWith('+') || !isMapping(value));
  if (own === undefined) return [];
  const message = `The configs under ${tree} apply to nothing: the project has no ${tree}.`;
  const hint = 'Take these lines out, or write what they are for.';
  return [warning('project/unused-config', message, { place: located.at(own[0]), hint })];
}

function fqnsOf(manifest: Manifest, type: ResourceType): readonly (readonly string[])[] {
  const disabled = [...Object.values(manifest.disabled).flat(), ...Object.values(manifest.withdrawn)];
  const all = [...Object.values(manifest.nodes), ...Object.values(manifest.sources), ...disabled];
  return all.filter((node) => node.resource_type === type).map((node) => node.fqn);
}

/** `fqns`: what is left of the names of the resources below this folder. */
function unusedIn(folder: Located, path: readonly string[], fqns: readonly (readonly string[])[]): Diagnostic[] {
  return [...folder.entries()].flatMap(([key, value]) => {
    const name = String(key);
    if (name.startsWith('+') || isKnownConfig(name)) return [];
    if (!isMapping(value.value)) return fqns.some(([first]) => first === name) ? [folderAsConfig(name, folder)] : [];
    const inside = fqns.filter(([first]) => first === name).map(([, ...rest]) => rest);
    if (inside.length > 0) return unusedIn(value, [...path, name], inside);
    const here = new Set(fqns.flatMap(([first]) => first ?? []));
    const hint = didYouMeanHint(name, here) ?? 'Correct the name, or take these lines out.';
    const message = `The configs under ${[...path, name].join('.')} apply to nothing: no resource lies there.`;
    return [warning('project/unused-config', message, { place: folder.at(key), hint })];
  });
}

function folderAsConfig(name: string, folder: Located): Diagnostic {
  const message = `"${name}" is a folder or node here, and gets a value instead of configs.`;
  const hint = `Write \`${name}:\`, and below it, indented, \`+materialized: …\`.`;
  return warning('project/unused-config', message, { place: folder.at(name), hint });
}
