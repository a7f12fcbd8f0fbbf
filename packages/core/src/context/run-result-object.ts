import { copyPlain } from '../cache/copy-plain.ts';
import { hostFunction } from '../jinja/values/index.ts';
import type { LeafNode, ManifestNode } from '../manifest/nodes.ts';
import { membersOf, Namespace } from './namespace.ts';

/** A step of a node's run. Times are ISO 8601. */
export interface StepTiming {
  readonly name: 'compile' | 'execute';
  readonly started_at: string;
  readonly completed_at: string;
}

/** What came of a node, by dbt's names. */
export interface RunResultFields {
  readonly node: ManifestNode | LeafNode;
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
  const timing = fields.timing.map((step) => withDict('TimingInfo', { ...step }, () => ({ ...step })));
  const own = { ...fields, node: withDict('ModelNode', { ...fields.node }, () => copyPlain(fields.node)), timing };
  return withDict('RunResult', own, () => ({ ...fields, node: copyPlain(fields.node), timing: [...fields.timing] }));
}

function withDict(type: string, members: Readonly<Record<string, unknown>>, dict: () => unknown): Namespace {
  return new Namespace(type, membersOf({ ...members, to_dict: hostFunction('to_dict', ['*args', '**kwargs'], dict) }));
}
