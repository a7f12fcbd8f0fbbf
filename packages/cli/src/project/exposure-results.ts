import type { Graph, LeafNode } from '@eider/core';
import type { NodeLabel, NodeResult, RunEvent } from '@eider/engine';

/** The selected exposures and saved queries as results of a build: nothing runs for them, yet dbt lists and counts them (NO-OP; SKIP below a failure). */
export interface ExposureResults {
  /** Passes events on with the exposures counted in, and tells about them after the last node. */
  handle(event: RunEvent): void;
  results(): readonly NodeResult[];
}

/** Adds exposures to the events and results of one run. */
export function addExposures(
  exposures: readonly LeafNode[],
  graph: Graph,
  now: () => Date,
  pass: (event: RunEvent) => void,
): ExposureResults {
  const failed = new Set<string>();
  const made: NodeResult[] = [];
  let left = 0;
  const tellAll = (total: number): void => {
    for (const [at, exposure] of exposures.entries()) {
      const result = exposureResult(
        exposure,
        [...graph.ancestors(exposure.unique_id)].some((id) => failed.has(id)),
        now(),
      );
      made.push(result);
      pass({ kind: 'node-finished', node: label(exposure), result, index: total - exposures.length + at + 1, total });
    }
  };
  return {
    handle(event) {
      if (event.kind !== 'run-started' && event.kind !== 'node-started' && event.kind !== 'node-finished')
        return pass(event);
      const total = event.total + exposures.length;
      pass({ ...event, total });
      if (event.kind === 'run-started') left = event.total;
      if (event.kind === 'node-finished') {
        left -= 1;
        if (['error', 'partial success', 'fail', 'skipped'].includes(event.result.status)) failed.add(event.node.id);
      }
      if (left === 0 && event.kind !== 'node-started') tellAll(total);
    },
    results: () => made,
  };
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
