import type { Config } from '../../context/config.ts';
import { isMapping } from '../../context/plain.ts';
import type { Hook, NodeConfig } from '../../manifest/nodes.ts';
import { asList } from './merge-config.ts';

/** The assembled config as a node holds it: hooks as records, and what one key says about another filled in. */
export function finishConfig(config: Config): NodeConfig {
  const finished: Config = { ...config };
  if ('tags' in finished) finished.tags = asList(finished.tags);
  for (const key of ['pre-hook', 'post-hook']) if (key in finished) finished[key] = asList(finished[key]).map(hook);
  if (typeof finished.static_analysis === 'boolean') finished.static_analysis = finished.static_analysis ? 'on' : 'off';
  if ('store_failures_as' in finished) settleStoreFailures(finished);
  return finished as NodeConfig;
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
  } else {
    config.store_failures = kind !== 'ephemeral';
  }
}
