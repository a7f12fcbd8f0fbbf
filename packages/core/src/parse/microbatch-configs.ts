import { type Diagnostic, error, type Place, warning } from '../diagnostics.ts';
import type { Manifest, ManifestNode } from '../manifest/nodes.ts';
import { someStayWarnings } from '../project/behavior-flags.ts';
import type { Project } from '../project/project.ts';

const sizes: readonly unknown[] = ['hour', 'day', 'month', 'year'];

/** What a microbatch model must say and does not, in dbt's words; and one whose inputs cannot be narrowed to a batch. */
export function microbatchConfigs(
  manifest: Manifest,
  project: Project,
  placeOf: (node: ManifestNode, key: string) => Place | undefined,
): readonly Diagnostic[] {
  const staysWarning = someStayWarnings(project);
  return Object.values(manifest.nodes).flatMap((node) => {
    const { incremental_strategy: strategy, materialized } = node.config;
    if (materialized !== 'incremental' || strategy !== 'microbatch') return [];
    const place = placeOf(node, 'incremental_strategy');
    const about = { node: node.unique_id, ...(place && { place }) };
    const [wrong, ...more] = mistakes(node).map(([what, hint]) =>
      error('config/invalid', `Microbatch model '${node.name}' must provide ${what}`, { ...about, hint }),
    );
    if (wrong !== undefined) return [wrong, ...more];
    if (node.depends_on.nodes.some((id) => hasEventTime(manifest, id))) return [];
    const text = `The microbatch model '${node.name}' has no 'ref' or 'source' input with an 'event_time' configuration.`;
    const hint = 'Each batch reads all rows of its inputs: set event_time where they have one.';
    const dbtName = 'MicrobatchModelNoEventTimeInputs';
    return [{ ...warning('config/invalid', text, { ...about, hint }), dbtName, staysWarning }];
  });
}

function mistakes({ config }: ManifestNode): readonly (readonly [what: string, hint: string])[] {
  const { batch_size: size, begin, concurrent_batches: concurrent, event_time: column, lookback } = config;
  const found: (readonly [string, string])[] = [];
  if (typeof column !== 'string')
    found.push([
      "an 'event_time' (string) config that indicates the name of the event time column.",
      "Write event_time='created_at'.",
    ]);
  if (begin === null || begin === undefined)
    found.push([
      "a 'begin' (datetime) config that indicates the earliest timestamp the microbatch model should be built from.",
      "Write begin='2024-01-01'.",
    ]);
  else if (!/^\d{4}-\d\d-\d\d([T ]\d\d(:\d\d(:\d\d(\.\d+)?)?)?([+-]\d\d:?\d\d|Z)?)?$/.test(String(begin)))
    found.push([
      `a 'begin' config of valid datetime (ISO format), but got: ${String(begin)}.`,
      "Write begin='2024-01-01'.",
    ]);
  if (!sizes.includes(size))
    found.push([
      `a 'batch_size' config that is one of ${sizes.join(', ')}, but got: ${String(size)}.`,
      "Write batch_size='day'.",
    ]);
  if (lookback !== null && lookback !== undefined && !Number.isInteger(Number(lookback)))
    found.push([`the optional 'lookback' config as type int, but got: ${String(lookback)}.`, 'Write lookback=3.']);
  if (concurrent !== null && concurrent !== undefined && typeof concurrent !== 'boolean')
    found.push(["the optional 'concurrent_batches' config as true or false.", 'Write concurrent_batches=false.']);
  return found;
}

function hasEventTime({ nodes, sources }: Manifest, id: string): boolean {
  const config: Readonly<Record<string, unknown>> | undefined = nodes[id]?.config ?? sources[id]?.config;
  return typeof config?.event_time === 'string' && config.event_time !== '';
}
