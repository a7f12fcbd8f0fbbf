import { type Diagnostic, error, warning } from '@eider/core';
import type { Generation } from '../lake/generation.ts';
import { inBatches } from '../lake/in-batches.ts';
import { exportRelation } from '../materialize/export-relation.ts';
import { publishView } from '../materialize/publish-view.ts';
import type { ViewProbe } from '../materialize/view-probe.ts';
import type { Decision } from './decide.ts';
import { diagnose } from './diagnose.ts';
import type { NodeResult } from './events.ts';
import type { Built, RunContext } from './run-context.ts';

/** What a run has to publish, all of it durable, and why some that was built cannot be. */
export interface MadeGenerations {
  readonly generations: ReadonlyMap<string, Generation>;
  readonly failed: ReadonlyMap<string, readonly Diagnostic[]>;
  /** Relations that were built and that a hook dropped before they could be published. */
  readonly gone: ReadonlySet<string>;
}

/**
 * The generations of what was built: those that were written with their nodes, and, made now, those of relations of the working database. Waits until every
 * file of the run is durable. Of what is withheld it is no failure that it could not be published.
 */
export async function makeGenerations(
  run: RunContext,
  { withheld }: Pick<Decision, 'withheld'>,
  probe: () => Promise<ViewProbe>,
): Promise<MadeGenerations> {
  const generations = new Map<string, Generation>();
  const failed = new Map<string, readonly Diagnostic[]>();
  const gone = new Set<string>();
  await inBatches([...run.built], run.request.threads, async ([id, built]) => {
    try {
      if (await isGone(built)) {
        gone.add(id);
        return;
      }
      const generation = await run.traffic.besides(id, () => generationOf(built, probe));
      if (generation !== undefined) generations.set(id, generation);
    } catch (cause) {
      if (!withheld.has(id)) failed.set(id, await unpublishable(run, built, cause));
    }
  });
  for (const [id, cause] of await run.finishing.settled()) {
    const built = run.built.get(id);
    if (built === undefined) continue;
    generations.delete(id);
    failed.set(id, await unpublishable(run, built, cause));
  }
  return { generations, failed, gone };
}

/** A post-hook or an on-run-end hook may drop what the run built. */
async function isGone({ context, materialized }: Built): Promise<boolean> {
  if (materialized.later === null) return false;
  const { alias, database, schema } = context.node;
  return (await context.port.relation({ database, schema, identifier: alias })) === null;
}

/** Generations as they are to be committed: what read a relation that is gone read nothing that readers could ask for. */
export function withoutGone(generation: Generation, gone: ReadonlySet<string>): Generation {
  const reads = Object.entries(generation.reads).map(([id, read]) => [id, gone.has(id) ? null : read]);
  return gone.size === 0 ? generation : { ...generation, reads: Object.fromEntries(reads) };
}

/** What a hook dropped, said once: readers do not see it. */
export function goneFindings(run: RunContext, gone: ReadonlySet<string>): readonly Diagnostic[] {
  return [...gone].map((id) => {
    const name = run.built.get(id)?.context.node.name ?? id;
    return warning('engine/dropped', `${name} was built and is not published: a hook dropped it.`, { node: id });
  });
}

async function generationOf(
  { context, materialized }: Built,
  probe: () => Promise<ViewProbe>,
): Promise<Generation | undefined> {
  if (materialized.later === null) return materialized.generation ?? undefined;
  if (context.node.config.publish === 'none') return undefined;
  const { kind, place } = materialized.later;
  return kind === 'view' ? publishView(context, place, await probe()) : exportRelation(context, place, 'internal');
}

async function unpublishable(
  { compiler }: RunContext,
  { context }: Built,
  cause: unknown,
): Promise<readonly Diagnostic[]> {
  const { compiled, node } = context;
  const found = await diagnose(cause, { compiler, node, compiled: compiled ?? undefined });
  return found.map((finding) => ({
    ...finding,
    message: `${node.name} was built and cannot be published: ${finding.message}`,
  }));
}

/** The results of a run with the nodes that could not be published as errors, which keeps what was published of them before. */
export function withFailed(results: readonly NodeResult[], failed: MadeGenerations['failed']): readonly NodeResult[] {
  return results.map((result) => {
    const diagnostics = failed.get(result.node);
    if (diagnostics === undefined) return result;
    const message = diagnostics[0]?.message ?? 'It cannot be published.';
    return { ...result, status: 'error', message, diagnostics: [...result.diagnostics, ...diagnostics] };
  });
}

/** What was built upon a node that could not be published, and therefore waits with it. */
export function waitingFindings(run: RunContext, waiting: readonly string[]): readonly Diagnostic[] {
  return waiting.map((id) => {
    const built = run.built.get(id);
    const text = `${built?.context.node.name ?? id} was built and is not published: it read what cannot be published.`;
    return { ...error('engine/withheld', text, { node: id }), severity: 'warning' };
  });
}
