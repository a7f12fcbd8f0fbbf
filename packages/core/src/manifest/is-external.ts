import type { ManifestNode } from './nodes.ts';

/**
 * Whether a node's data lies in files of its own instead of in the working database: `external` models, and incremental ones whose config names a
 * `format` or a `location`.
 */
export function isExternal({ config }: Pick<ManifestNode, 'config'>): boolean {
  if (config.materialized === 'external') return true;
  return config.materialized === 'incremental' && (isGiven(config.format) || isGiven(config.location));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
