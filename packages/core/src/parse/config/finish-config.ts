import type { Config } from '../../context/config.ts';
import { isMapping } from '../../context/plain.ts';
import type { Hook, NodeConfig } from '../../manifest/nodes.ts';
import { asList } from './merge-config.ts';

/** Makes the assembled config what a node holds, in place: hooks as records, and what one key says about another filled in. */
export function finishConfig(config: Config): NodeConfig {
  if ('tags' in config) config.tags = asList(config.tags);
  if ('pre-hook' in config) config['pre-hook'] = asList(config['pre-hook']).map(hook);
  if ('post-hook' in config) config['post-hook'] = asList(config['post-hook']).map(hook);
  if (typeof config.static_analysis === 'boolean') config.static_analysis = config.static_analysis ? 'on' : 'off';
  if ('store_failures_as' in config) settleStoreFailures(config);
  return config as NodeConfig;
}

/** dbt's record of a model's `freshness`, which says `build_after` and nothing else: null where that is not given. */
export function modelFreshness(given: unknown): Config | null {
  if (!isMapping(given) || !isMapping((given as Config).build_after)) return null;
  const buildAfter: Config = {
    count: null,
    period: null,
    updates_on: 'any',
    ...((given as Config).build_after as Config),
  };
  const count = buildAfter.count === null ? null : Math.trunc(Number(buildAfter.count));
  return { build_after: { ...buildAfter, count } };
}

/** A hook is SQL, a mapping, or the JSON text of one, which the macros `before_begin` and `after_commit` give. */
function hook(value: unknown): Hook {
  const given = typeof value === 'string' ? (jsonRecord(value) ?? { sql: value }) : value;
  const record: Config = isMapping(given) ? { ...given } : { sql: String(given) };
  return {
    sql: String(record.sql ?? ''),
    transaction: record.transaction !== false,
    index: typeof record.index === 'number' ? record.index : null,
  };
}

function jsonRecord(text: string): object | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isMapping(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `store_failures_as` decides where it is set; `store_failures: true` alone means a table. */
function settleStoreFailures(config: Config): void {
  const kind = config.store_failures_as;
  if (kind === null || kind === undefined) {
    const stored = config.store_failures;
    config.store_failures_as = stored === true ? 'table' : stored === false ? 'ephemeral' : null;
  } else if (typeof (config.store_failures ?? true) === 'boolean') {
    config.store_failures = kind !== 'ephemeral';
  }
}
