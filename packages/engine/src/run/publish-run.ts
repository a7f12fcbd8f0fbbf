import { type Diagnostic, type Manifest, warning } from '@eider/core';
import type { Generation } from '../lake/generation.ts';
import type { CommitRequest, CommitResult } from '../lake/lake.ts';
import type { NodeWork } from '../lake/ledger.ts';
import { dataParents } from '../materialize/data-parents.ts';
import type { ViewProbe } from '../materialize/view-probe.ts';
import { candidateNodes, openCandidates, unpublishedParents, waitingNodes } from './candidates.ts';
import { copyToPath } from './copy-to-path.ts';
import { type Decision, decide, type TestOutcome, type TestState, testStates } from './decide.ts';
import type { MadeData, NodeResult } from './events.ts';
import { labelOf } from './label.ts';
import {
  goneFindings,
  type MadeGenerations,
  makeGenerations,
  waitingFindings,
  withFailed,
  withoutGone,
} from './make-generations.ts';
import { nodeFacts } from './node-facts.ts';
import { withWork, workOf } from './node-work.ts';
import { nodeOf, type RunContext } from './run-context.ts';
import { gateSchemas } from './schema-gate.ts';

export interface PublishRequest {
  readonly run: RunContext;
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
  const { run } = request;
  const isStopped = (): boolean => run.request.signal?.aborted === true;
  if (isStopped()) return null;
  const tests = testOutcomes(run, request.results);
  const first = decideRun(run, request.results, tests);
  const made = await gateSchemas(run, await withOpen(run, first, request.probe), first);
  const { failed, generations, gone } = made;
  if (isStopped()) return null;
  const results = withFailed(request.results, failed).map((result) =>
    withWork(run, result, generations.get(result.node)),
  );
  const decision = failed.size === 0 ? first : decideRun(run, results, tests);
  const publish: Record<string, { generation: Generation; tests: TestState; work?: NodeWork | undefined }> = {};
  for (const [id, state] of decision.publish) {
    const generation = generations.get(id);
    if (generation !== undefined)
      publish[id] = { generation: withoutGone(generation, gone), tests: state, work: workOf(run, id, generation) };
  }
  for (const [id, generation] of run.adopted) publish[id] ??= { generation, tests: 'untested' };
  if (run.request.command === 'test') Object.assign(publish, await retested(run, tests));
  const wanted = withoutOrphans(publish, run);
  const withheld = [...decision.withheld].filter(([id]) => run.built.has(id));
  const result = await run.build.commit({
    session: run.session,
    publish: wanted,
    withheld: Object.fromEntries(withheld),
    tests: results
      .filter(({ node, status }) => tests.has(node) && status !== 'skipped')
      .map((each) => testLine(run, each)),
    counts: countStatuses(results),
    candidates: withheld.flatMap(([id]) => (failed.has(id) ? [] : (generations.get(id) ?? []))),
    nodes: nodeFacts(run.compiler.manifest),
    dropMissing: run.request.command === 'build' && !run.request.partial,
  });
  await announce(request, decision, result, madeData(wanted));
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
      // Of candidates: what this run built says it in its result.
      ...[...failed].flatMap(([id, diagnostics]) => (run.built.has(id) ? [] : diagnostics)),
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

function decideRun(run: RunContext, results: readonly NodeResult[], tests: Tests): Decision {
  const { build, built, compiler } = run;
  const { manifest, project } = compiler;
  const { policy, require, requireTests, samples } = project.target.publish;
  const { fewerRows } = run.request;
  const held = fewerRows === undefined || samples === true ? [] : [fewerRows];
  const isWhole = policy === 'all';
  const awaited = requireTests ? testsOn(manifest) : new Map<string, readonly string[]>();
  const tagsOf = (id: string, of: string): readonly string[] => [
    ...(manifest.nodes[id]?.tags ?? []),
    ...(isWhole ? [buildTag(of)] : []),
  ];
  const open = openCandidates(run);
  const made = [...built.keys()].map((id) => ({
    id,
    parents: unpublishedParents(run, id),
    awaits: [...(awaited.get(id) ?? []), ...held],
    tags: tagsOf(id, build.id),
  }));
  const candidates = candidateNodes(run, open, tagsOf);
  const lost = results.filter(({ node, status }) => (status === 'error' || status === 'skipped') && !tests.has(node));
  return decide({
    built: [
      ...made,
      ...candidates.map((node) => ({ ...node, awaits: [...node.awaits, ...(awaited.get(node.id) ?? [])] })),
    ],
    waiting: waitingNodes(run, open),
    lost: lost.map(({ node }) => ({ id: node, tags: tagsOf(node, build.id) })),
    require: isWhole
      ? [...require, ...new Set([build.id, ...[...open.values()].map((each) => each.build)].map(buildTag))]
      : require,
    tests,
  });
}

/** Under the policy `all` the nodes of a build belong together like those of a required tag. No tag of a project holds a line break. */
function buildTag(build: string): string {
  return `build\n${build}`;
}

/** Node → the tests on it, in the whole project. */
function testsOn(manifest: Manifest): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { resource_type: type, unique_id: test } of Object.values(manifest.nodes)) {
    if (type !== 'test') continue;
    for (const id of dataParents(manifest, test)) found.set(id, [...(found.get(id) ?? []), test]);
  }
  return found;
}

/** What was made, and the candidates that are to be published. */
async function withOpen(run: RunContext, decision: Decision, probe: PublishRequest['probe']): Promise<MadeGenerations> {
  const made = await makeGenerations(run, decision, probe);
  const open = [...openCandidates(run)].filter(([id]) => decision.publish.has(id));
  return { ...made, generations: new Map([...made.generations, ...open]) };
}

/** What read a generation that is not published after all stays out too, with all that read it: readers see one state. */
function withoutOrphans(publish: Readonly<CommitRequest['publish']>, run: RunContext): CommitRequest['publish'] {
  const kept = { ...publish };
  for (let changed = true; changed; ) {
    changed = false;
    for (const [id, { generation }] of Object.entries(kept)) {
      const isOrphan = Object.entries(generation.reads).some(
        ([parent, read]) =>
          read !== null &&
          kept[parent]?.generation.id !== read &&
          run.build.head?.entry.nodes[parent]?.generation !== read,
      );
      if (!isOrphan) continue;
      delete kept[id];
      changed = true;
    }
  }
  return kept;
}

/** What a `test` says of heads that were untested, or warned of, before. */
async function retested({ build, candidates }: RunContext, tests: Tests): Promise<CommitRequest['publish']> {
  const changed: Record<string, CommitRequest['publish'][string]> = {};
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
  made: MadeData,
): Promise<void> {
  const emit = run.request.onEvent;
  const failing = new Set(results.flatMap(({ node, status }) => (/fail|error/.test(status) ? [node] : [])));
  for (const [id, tests] of decision.withheld) {
    // Of what earlier builds withheld only that is news which this run tested.
    if (!run.built.has(id) && !tests.some((test) => failing.has(test))) continue;
    const since = (await run.build.head?.generation(id))?.createdAt ?? null;
    const isFailed = tests.some((test) => failing.has(test));
    emit({ kind: 'withheld', node: labelOf(nodeOf(run.compiler, id)), tests, isFailed, since });
  }
  for (const node of result.dropped) emit({ kind: 'dropped', node });
  if (result.kind !== 'committed' || result.published === null || result.number === null) return;
  const { number, published, relations } = result;
  emit({ kind: 'published', path: published, number, relations, made });
}

function unboundFindings({ unbound }: CommitResult): readonly Diagnostic[] {
  return Object.entries(unbound).map(([node, reason]) =>
    warning('engine/unbound', `${node} is not in the published catalog: ${reason}`, {
      node,
      hint: 'Build it again, or publish its rows with the config `publish: data`.',
    }),
  );
}
