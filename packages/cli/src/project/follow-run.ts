import type { Diagnostic } from '@eider/core';
import type { Counted, NodeResult, RunEvent } from '@eider/engine';
import type { Invoked } from '../invoked.ts';
import { type SqlWriter, sqlFilesOf, sqlWriter } from './compiled-files.ts';
import { addExposures } from './exposure-results.ts';
import { collectHooks } from './hook-results.ts';
import type { OpenProject } from './open-project.ts';

/** What a run has come to, by its events: known at any moment, so that one that is stopped or cannot commit leaves its results too. */
export interface FollowedRun {
  readonly handle: (event: RunEvent) => void;
  /** Whether nodes began to run. */
  isStarted(): boolean;
  /** What is counted and not run. */
  readonly counted: Counted;
  /** The SQL of nodes that are done: it is written while others run, and is there when the command is killed. */
  readonly files: SqlWriter;
  /** In dbt's order: hooks before, nodes with exposures among them, hooks behind. `nodes`: what the run itself says of its nodes at its end. */
  results(nodes?: readonly NodeResult[]): readonly NodeResult[];
}

/** Shows the events of a run as they come, and keeps their results; `onStart` is called when its nodes begin. */
export function followRun(
  open: OpenProject,
  invoked: Invoked,
  selected: readonly string[],
  onStart: () => void = () => undefined,
): FollowedRun {
  const { graph, manifest, reporter } = open;
  const { now } = invoked.host;
  const hooks = collectHooks(now, hooksOf(open));
  const exposures = selected.flatMap((id) => manifest.exposures[id] ?? manifest.saved_queries[id] ?? []);
  const counted = addExposures(exposures, graph, now, reporter.event);
  const finished: NodeResult[] = [];
  let isStarted = false;
  const files = sqlWriter(open.targetFolder);
  const keep = (result: NodeResult): void => {
    finished.push(result);
    const node = manifest.nodes[result.node];
    if (node !== undefined) for (const file of sqlFilesOf(node, result)) files.add(file);
  };
  return {
    files,
    handle: (event) => {
      invoked.story?.event(event);
      if (event.kind === 'run-started') {
        isStarted = true;
        onStart();
      }
      if (event.kind === 'node-finished') keep(event.result);
      if (hooks.handle(event)) return;
      if (event.kind === 'finding') open.findings([event.diagnostic]);
      else if (invoked.command !== 'clone' || !isQuietInClone(event)) counted.handle(event);
    },
    isStarted: () => isStarted,
    counted,
    results: (nodes = finished) => {
      const all = hooks.results();
      const isBefore = ({ node }: NodeResult): boolean => node.includes('-on-run-start-');
      return [...all.filter(isBefore), ...counted.among(nodes), ...all.filter((hook) => !isBefore(hook))];
    },
  };
}

/** dbt says nothing of a node that was cloned. */
function isQuietInClone(event: RunEvent): boolean {
  return event.kind === 'node-started' || (event.kind === 'node-finished' && event.result.status !== 'error');
}

/** The project's hooks in the order in which they run. */
export function hooksOf({ manifest, project }: Pick<OpenProject, 'manifest' | 'project'>): readonly string[] {
  return project.packages.flatMap(({ name, onRunEnd, onRunStart }) =>
    [...onRunStart.map((_, i) => `on-run-start-${i}`), ...onRunEnd.map((_, i) => `on-run-end-${i}`)]
      .map((hook) => `operation.${name}.${name}-${hook}`)
      .filter((id) => manifest.nodes[id] !== undefined),
  );
}

/** A run whose nodes came to their end, and that could not be committed or shown: a result like a hook's, so that who reads results does not take it for good. */
export function publishFailure({ project }: OpenProject, found: readonly Diagnostic[], at: Date): NodeResult {
  return {
    node: `operation.${project.name}.${project.name}-publish-0`,
    status: 'error',
    message: found[0]?.message ?? 'It could not be published.',
    failures: 1,
    rows: null,
    startedAt: at.toISOString(),
    compileMs: 0,
    executeMs: 0,
    diagnostics: found,
    thread: 'main',
    relationName: null,
    location: null,
  };
}
