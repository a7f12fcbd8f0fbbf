import type { Config } from '../context/config.ts';
import { placeInProject } from '../context/config-place.ts';
import type { RenderScope } from '../context/render-scope.ts';
import type { Diagnostic, Place } from '../diagnostics.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import type { Levels } from './config/config-source.ts';
import { hookKeys } from './config/merge-config.ts';
import { unfitConfig } from './config-values.ts';

/** What a node's configs are put together from, and where it begins. */
export interface SaidOfNode {
  readonly levels: Levels;
  readonly calls: Config;
  readonly patch: Config;
  readonly origin: Place;
}

/** Configs of which dbt takes each level apart, whatever is above it. */
const takenApart: readonly string[] = ['persist_docs', 'access', 'grants', 'pre-hook', 'post-hook'];

/**
 * Findings about configs that do not count in the end, and that dbt holds against their types all the same: what a node's file and dbt_project.yml give
 * before the node's property file is read; and of some configs every level.
 */
export function overruledConfigs(scope: RenderScope, node: ManifestNode, said: SaidOfNode): readonly Diagnostic[] {
  const { calls, levels, origin, patch } = said;
  const [own = [], , root = []] = levels;
  const patched = hookKeys(patch);
  const stronger = [calls, ...root].map(hookKeys);
  const weaker = own.map(hookKeys);
  const found: Diagnostic[] = [];
  const check = (key: string, value: unknown): void => {
    const place = placeInProject(scope, node, key) ?? origin;
    const finding = unfitConfig(node, key, value, { place });
    if (finding !== undefined) found.push(finding);
  };
  for (const key of Object.keys(patched)) {
    if (takenApart.includes(key) || stronger.some((level) => key in level)) continue;
    const before = weaker.findLast((level) => key in level);
    if (before !== undefined) check(key, before[key]);
  }
  for (const key of takenApart) {
    const given = [...weaker, patched, ...stronger].filter((level) => key in level);
    for (const level of given.slice(0, -1)) check(key, level[key]);
  }
  return found;
}
