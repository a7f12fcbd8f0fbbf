import type { Graph, LeafNode } from '@eider/core';
import type { Counted, NodeLabel, NodeResult, RunEvent, RunPlan, Task } from '@eider/engine';

/** The selected exposures and saved queries as results of a build: nothing runs for them, yet dbt lists and counts them (NO-OP; SKIP below a failure). */
export interface ExposureResults extends Counted {
  /** Passes events on with the exposures counted in, each told when its turn comes: before the node that comes behind it, else after the last. */
  handle(event: RunEvent): void;
}

/** Adds exposures to the events and results of one run. */
export function addExposures(
  exposures: readonly LeafNode[],
  graph: Graph,
  now: () => Date,
  pass: (event: RunEvent) => void,
): ExposureResults {
  const failed = new Set<string>();
  const finished = new Set<string>();
  const made: { readonly result: NodeResult; readonly behind: string | undefined }[] = [];
  const indexes = new Map<string, number>();
  let waiting = exposures;
  let plan: RunPlan = new Map();
  let left = 0;
  const tell = (exposure: LeafNode, index: number, total: number): void => {
    const isSkipped = [...graph.ancestors(exposure.unique_id)].some((id) => failed.has(id));
    const result = exposureResult(exposure, isSkipped, now());
    made.push({ result, behind: [...finished].at(-1) });
    pass({ kind: 'node-finished', node: label(exposure), result, index, total });
  };
  const tellDue = (isDue: (task: Task) => boolean, index: number, total: number): void => {
    const due = waiting.map((one) => [one, taskOf(one, plan)] as const).filter(([, task]) => isDue(task));
    if (due.length === 0) return;
    waiting = waiting.filter((one) => !due.some(([exposure]) => exposure === one));
    due.sort(([, one], [, other]) => (comesBefore(one, other) ? -1 : 1));
    for (const [at, [one]] of due.entries()) tell(one, index + at, total);
  };
  const start = (id: string, index: number, total: number): void => {
    if (indexes.has(id)) return;
    const next = plan.get(id);
    const isReady = ({ after }: Task): boolean => after.every((one) => finished.has(one));
    if (next !== undefined) tellDue((task) => comesBefore(task, next) && isReady(task), index + made.length, total);
    indexes.set(id, index + made.length);
  };
  return {
    ids: exposures.map(({ unique_id }) => unique_id),
    plan: (given) => {
      plan = given;
    },
    handle(event) {
      if (event.kind !== 'run-started' && event.kind !== 'node-started' && event.kind !== 'node-finished')
        return pass(event);
      const total = event.total + exposures.length;
      if (event.kind === 'run-started') {
        left = event.total;
        pass({ ...event, total });
      } else {
        const { id } = event.node;
        start(id, event.index, total);
        if (event.kind === 'node-finished') {
          left -= 1;
          finished.add(id);
          if (['error', 'partial success', 'fail', 'skipped'].includes(event.result.status)) failed.add(id);
        }
        pass({ ...event, index: indexes.get(id) ?? event.index, total });
      }
      if (left === 0 && event.kind !== 'node-started') tellDue(() => true, total - waiting.length + 1, total);
    },
    among: (results) => {
      const after = (id: string | undefined): NodeResult[] =>
        made.filter(({ behind }) => behind === id).map(({ result }) => result);
      return [...after(undefined), ...results.flatMap((one) => [one, ...after(one.node)])];
    },
  };
}

/** dbt's order of what is ready: by level, then by id. */
function comesBefore(one: Task, other: Task): boolean {
  return one.level === other.level ? one.id < other.id : one.level < other.level;
}

/** Without a plan an exposure comes behind all nodes. */
function taskOf({ unique_id: id }: LeafNode, plan: RunPlan): Task {
  return plan.get(id) ?? { id, level: Number.POSITIVE_INFINITY, isTest: false, after: [], before: [] };
}

function label(exposure: LeafNode): NodeLabel {
  const { resource_type: resourceType, unique_id: id, name } = exposure;
  return { id, name, resourceType, materialized: '', language: '', display: name };
}

function exposureResult(exposure: LeafNode, isSkipped: boolean, at: Date): NodeResult {
  return {
    node: exposure.unique_id,
    status: isSkipped ? 'skipped' : 'no-op',
    message: isSkipped ? 'Skipped: a node that it depends on failed' : 'NO-OP',
    failures: isSkipped ? null : 0,
    rows: null,
    startedAt: at.toISOString(),
    compileMs: 0,
    executeMs: 0,
    diagnostics: [],
    thread: 'main',
    relationName: null,
    location: null,
  };
}
