import { type Diagnostic, type Manifest, warning } from '@eider/core';
import type { Generation } from '../lake/generation.ts';
import type { CommitRequest, CommitResult, Lake } from '../lake/lake.ts';
import { dataParents } from '../materialize/data-parents.ts';
import type { ViewProbe } from '../materialize/view-probe.ts';
import { carriedCandidates, decideCandidates } from './candidates.ts';
import { copyToPath } from './copy-to-path.ts';
import { type Decision, decide, type TestOutcome, type TestState, testStates } from './decide.ts';
import type { MadeData, NodeResult } from './events.ts';
import { labelOf } from './label.ts';
import { goneFindings, makeGenerations, waitingFindings, withFailed, withoutGone } from './make-generations.ts';
import { nodeFacts } from './node-facts.ts';
import { nodeOf, type RunContext } from './run-context.ts';
import { gateSchemas } from './schema-gate.ts';

export interface PublishRequest {
  readonly run: RunContext;
  readonly lake: Lake;
  readonly results: readonly NodeResult[];
  readonly probe: () => Promise<ViewProbe>;
}

export interface PublishedRun {
  /** Those of the run, where what was built and could not be published is an error. */
  readonly results: readonly NodeResult[];
  readonly findings: readonly Diagnostic[];
}

/**
 * Decides what of a run becomes visible, makes the generations of its tables and views, and commits. What cannot be published stays as it was published
 * before. Null, with nothing committed, where the run was stopped.
 */
export async function publishRun(request: PublishRequest): Promise<PublishedRun | null> {
  const { lake, run } = request;
  const isStopped = (): boolean => run.request.signal?.aborted === true;
  if (isStopped()) return null;
  const tests = testOutcomes(run, request.results);
  const first = decideRun(run, request.results, tests);
  const made = await gateSchemas(run, await makeGenerations(run, first.publish.keys(), request.probe));
  const { failed, generations, gone } = made;
  if (isStopped()) return null;
  const results = withFailed(request.results, failed);
  const decision = failed.size === 0 ? first : decideRun(run, results, tests);
  const publish: Record<string, { generation: Generation; tests: TestState }> = {};
  for (const [id, state] of decision.publish) {
    const generation = generations.get(id);
    if (generation !== undefined) publish[id] = { generation: withoutGone(generation, gone), tests: state };
  }
  for (const [id, generation] of run.adopted) publish[id] ??= { generation, tests: 'untested' };
  const isTest = run.request.command === 'test';
  const audited: Decision = isTest ? decideCandidates(run, tests) : { publish: new Map(), withheld: new Map() };
  if (isTest) Object.assign(publish, await retested(run, tests, audited));
  const wanted = withoutOrphans(publish, run);
  const carried = await carriedCandidates(run, audited);
  const own = [...decision.withheld.keys()].flatMap((id) =>
    failed.has(id) ? [] : (run.built.get(id)?.materialized.generation ?? []),
  );
  // A test that publishes nothing leaves the head, and with it the candidates, as they are.
  const candidates = isTest && Object.keys(wanted).length === 0 ? [] : [...own, ...carried.candidates];
  const result = await run.build.commit({
    session: run.session,
    publish: wanted,
    withheld: { ...carried.withheld, ...Object.fromEntries(decision.withheld) },
    tests: results
      .filter(({ node, status }) => tests.has(node) && status !== 'skipped')
      .map((each) => testLine(run, each)),
    counts: countStatuses(results),
    candidates,
    nodes: nodeFacts(run.compiler.manifest),
    dropMissing: run.request.command === 'build' && !run.request.partial,
  });
  await announce(request, decision, result, { lake, made: madeData(wanted) });
  const { published } = result;
  const isFirst = run.build.head === undefined;
  const folder = run.compiler.project.root;
  const copied = published === null ? [] : await copyToPath({ session: run.session, folder, published, isFirst });
  const waiting = waitingFindings(
    run,
    Object.keys(publish).filter((id) => wanted[id] === undefined),
  );
  return {
    results,
    findings: [
      ...made.findings,
      ...waiting,
      ...goneFindings(run, gone),
      ...result.findings,
      ...unboundFindings(result),
      ...copied,
    ],
  };
}

type Tests = ReadonlyMap<string, { readonly status: TestOutcome; readonly on: readonly string[] }>;

function testOutcomes({ compiler, failFast }: RunContext, results: readonly NodeResult[]): Tests {
  const outcomes = new Map<string, { status: TestOutcome; on: readonly string[] }>();
  for (const { node, status } of results) {
    if (nodeOf(compiler, node).resource_type !== 'test') continue;
    if (status === 'pass' || status === 'warn' || status === 'fail' || status === 'error') {
      outcomes.set(node, { status, on: dataParents(compiler.manifest, node) });
    } else if (failFast.aborted) {
      outcomes.set(node, { status: 'stopped', on: dataParents(compiler.manifest, node) });
    }
  }
  return outcomes;
}

function decideRun({ built, compiler, request }: RunContext, results: readonly NodeResult[], tests: Tests): Decision {
  const { manifest, project } = compiler;
  const testsOn = new Map<string, string[]>();
  for (const node of Object.values(manifest.nodes)) {
    if (node.resource_type !== 'test') continue;
    for (const id of dataParents(manifest, node.unique_id)) {
      const known = testsOn.get(id) ?? [];
      known.push(node.unique_id);
      testsOn.set(id, known);
    }
  }
  return decide({
    built: [...built.keys()].map((id) => ({
      id,
      parents: dataParents(manifest, id),
      tests: testsOn.get(id) ?? [],
      tags: tagsOf(manifest, id),
    })),
    lost: results
      .filter(({ node, status }) => (status === 'error' || status === 'skipped') && !tests.has(node))
      .map(({ node }) => ({ id: node, tags: tagsOf(manifest, node) })),
    require: project.target.publish.require,
    tests,
    incomplete: results.some(({ status }) => status === 'error' || status === 'skipped'),
    policy: project.target.publish.policy,
    requireTests: project.target.publish.requireTests && request.command !== 'test',
  });
}

function tagsOf({ nodes }: Manifest, id: string): readonly string[] {
  return nodes[id]?.tags ?? [];
}

/** What read a generation that is not published after all stays out too, with all that read it: readers see one state. */
function withoutOrphans(publish: Readonly<CommitRequest['publish']>, run: RunContext): CommitRequest['publish'] {
  const kept = { ...publish };
  for (let changed = true; changed; ) {
    changed = false;
    for (const [id, { generation }] of Object.entries(kept)) {
      const isOrphan = Object.entries(generation.reads).some(
        ([parent, read]) => read !== null && run.built.has(parent) && kept[parent]?.generation.id !== read,
      );
      if (!isOrphan) continue;
      delete kept[id];
      changed = true;
    }
  }
  return kept;
}

/** What a `test` found good: candidates, and heads that were untested, or warned of, before. */
async function retested(
  { build, candidates }: RunContext,
  tests: Tests,
  audited: Decision,
): Promise<CommitRequest['publish']> {
  const changed: Record<string, CommitRequest['publish'][string]> = {};
  for (const [id, state] of audited.publish) {
    const generation = candidates.get(id);
    if (generation !== undefined) changed[id] = { generation, tests: state };
  }
  for (const [id, state] of testStates(tests)) {
    if (candidates.has(id)) continue;
    const line = build.head?.entry.nodes[id];
    const generation = line === undefined || line.tests === state ? undefined : await build.head?.generation(id);
    if (generation !== undefined) changed[id] = { generation, tests: state };
  }
  return changed;
}

function testLine(
  { compiler }: RunContext,
  { diagnostics, failures, node, status }: NodeResult,
): CommitRequest['tests'][number] {
  const message = diagnostics[0]?.message ?? null;
  return { id: node, status, failures, nodes: dataParents(compiler.manifest, node), message };
}

function countStatuses(results: readonly NodeResult[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function madeData(published: CommitRequest['publish']): MadeData {
  const generations = Object.values(published).map(({ generation }) => generation);
  const files = generations.flatMap((generation) => (generation.kind === 'files' ? generation.files : []));
  return {
    relations: generations.length,
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

async function announce(
  { results, run }: PublishRequest,
  decision: Decision,
  result: CommitResult,
  { lake, made }: { readonly lake: Lake; readonly made: MadeData },
): Promise<void> {
  const emit = run.request.onEvent;
  const failing = new Set(results.flatMap(({ node, status }) => (/fail|error/.test(status) ? [node] : [])));
  for (const [id, tests] of decision.withheld) {
    const since = (await run.build.head?.generation(id))?.createdAt ?? null;
    const isFailed = tests.some((test) => failing.has(test));
    emit({ kind: 'withheld', node: labelOf(nodeOf(run.compiler, id)), tests, isFailed, since });
  }
  for (const node of result.dropped) emit({ kind: 'dropped', node });
  if (result.kind !== 'committed' || result.published === null || result.number === null) return;
  const relations = Object.keys((await lake.head())?.entry.nodes ?? {}).length - Object.keys(result.unbound).length;
  emit({ kind: 'published', path: result.published, number: result.number, relations, made });
}

function unboundFindings({ unbound }: CommitResult): readonly Diagnostic[] {
  return Object.entries(unbound).map(([node, reason]) =>
    warning('engine/unbound', `${node} is not in the published catalog: ${reason}`, {
      node,
      hint: 'Build it again, or publish its rows with the config `publish: data`.',
    }),
  );
}
