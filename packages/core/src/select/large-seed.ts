import { type Diagnostic, warning } from '../diagnostics.ts';
import type { SeedNode } from '../manifest/nodes.ts';
import type { StateRecord } from '../manifest/previous-state.ts';
import { recordIn } from './same-value.ts';

/** dbt's warning about a seed of more than 1 MB, of which artifacts hold the path in place of a checksum; null for a smaller one. */
export function largeSeed(old: StateRecord, node: SeedNode): Diagnostic | null {
  if (node.checksum.name !== 'path') return null;
  const before = recordIn(old, 'checksum');
  const seed = `Found a seed (${node.package_name}.${node.name}) >1MB in size`;
  const [dbtName, message] =
    before.name !== 'path'
      ? ['SeedIncreased', `${seed}. The previous file was <=1MB, so it has changed`]
      : before.checksum === node.checksum.checksum
        ? [
            'SeedExceedsLimitSamePath',
            `${seed} at the same path: whether it has changed cannot be told, so it is taken as the same`,
          ]
        : [
            'SeedExceedsLimitAndPathChanged',
            `${seed}. The previous file was in a different location, so it is taken as changed`,
          ];
  return { ...warning('select/large-seed', message, { node: node.unique_id }), dbtName };
}
