import { copyPlain } from '../cache/copy-plain.ts';
import { DateTime, parseIsoDateTime } from '../jinja/modules/index.ts';
import { hostFunction, PyFloat, toStr } from '../jinja/values/index.ts';
import type { LeafNode, ManifestNode, SourceNode } from '../manifest/nodes.ts';
import type { FreshnessRecord } from '../manifest/source-freshness.ts';
import { membersOf, Namespace } from './namespace.ts';

/** A step of a node's run. Times are ISO 8601. */
export interface StepTiming {
  readonly name: 'compile' | 'execute';
  readonly started_at: string;
  readonly completed_at: string;
}

/** What came of a node, by dbt's names. */
export interface RunResultFields {
  readonly node: ManifestNode | LeafNode | SourceNode;
  readonly unique_id: string;
  readonly status: string;
  readonly message: string | null;
  readonly failures: number | null;
  readonly thread_id: string;
  readonly execution_time: number;
  readonly adapter_response: Readonly<Record<string, unknown>>;
  readonly timing: readonly StepTiming[];
}

/** One of `results` in the templates of on-run-end: an object, as are its node and timings, each with dbt's `to_dict()`. */
export function runResultObject(fields: RunResultFields): object {
  return resultObject(['RunResult', 'ModelNode'], fields, {});
}

type FreshnessFacts = Pick<FreshnessRecord, 'ageSeconds' | 'maxLoadedAt' | 'snapshottedAt'>;

/** The same of a source that was asked how old its data is; `freshness` is null where it could not be. */
export function freshnessResultObject(fields: RunResultFields, freshness: FreshnessFacts | null): object {
  const { ageSeconds: age, maxLoadedAt, snapshottedAt } = freshness ?? {};
  if (age === undefined || maxLoadedAt === undefined || snapshottedAt === undefined)
    return resultObject(['PartialSourceFreshnessResult', 'SourceDefinition'], fields, {});
  return resultObject(['SourceFreshnessResult', 'SourceDefinition'], fields, {
    max_loaded_at: parseIsoDateTime(maxLoadedAt),
    snapshotted_at: parseIsoDateTime(snapshottedAt),
    age: new PyFloat(age),
  });
}

function resultObject(
  [type, nodeType]: readonly [string, string],
  fields: RunResultFields,
  more: Readonly<Record<string, unknown>>,
): object {
  const timing = fields.timing.map((step) => withDict('TimingInfo', { ...step }, () => ({ ...step })));
  const own = {
    ...fields,
    node: withDict(nodeType, { ...fields.node }, () => copyPlain(fields.node)),
    timing,
    ...more,
  };
  return withDict(type, own, () => ({
    ...{ ...fields, node: copyPlain(fields.node), timing: [...fields.timing] },
    ...Object.fromEntries(
      Object.entries(more).map(([key, one]) => [key, one instanceof DateTime ? isoText(one) : one]),
    ),
  }));
}

/** As dbt writes a time of UTC into artifacts. */
function isoText(moment: DateTime): string {
  return toStr(moment).replace(' ', 'T').replace('+00:00', 'Z');
}

function withDict(type: string, members: Readonly<Record<string, unknown>>, dict: () => unknown): Namespace {
  return new Namespace(type, membersOf({ ...members, to_dict: hostFunction('to_dict', ['*args', '**kwargs'], dict) }));
}
