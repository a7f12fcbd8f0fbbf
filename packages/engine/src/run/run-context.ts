import type { Compiler, Layout, ManifestNode } from '@eider/core';
import type { FilesGeneration, Generation } from '../lake/generation.ts';
import type { Build } from '../lake/lake.ts';
import type { MaterializeContext, Materialized } from '../materialize/materialization.ts';
import type { Session } from '../session/session.ts';
import type { DeferredState } from './deferred-state.ts';
import type { FinishQueue } from './finish-queue.ts';
import type { RunTraffic } from './node-traffic.ts';
import type { RunRequest } from './run.ts';

/** A node that this run built. */
export interface Built {
  readonly materialized: Materialized;
  readonly context: MaterializeContext;
}

/** What the nodes of one run share. The maps grow while it goes on. */
export interface RunContext {
  readonly request: RunRequest;
  readonly compiler: Compiler;
  readonly session: Session;
  readonly build: Build;
  /** The state folder. */
  readonly state: string;
  /** Layouts that are known before their nodes run. */
  readonly layouts: ReadonlyMap<string, Layout>;
  readonly finishing: FinishQueue;
  readonly traffic: RunTraffic;
  readonly now: () => Date;
  /** When the run began: the newest time of microbatch models. */
  readonly startedAt: Date;
  /** Aborted by the first failure under `--fail-fast`: running nodes are interrupted, no other begins. */
  readonly failFast: AbortSignal;
  readonly built: Map<string, Built>;
  /** What is read in the place of heads, and may be published: generations that tests withheld. Empty without `--with-candidates`, except for `test`. */
  readonly candidates: ReadonlyMap<string, Generation>;
  /** Files that dbt-duckdb left, taken up as the first generation of a parent. */
  readonly adopted: Map<string, FilesGeneration>;
  /** What builds that ended without a commit left finished, by node. */
  readonly left: ReadonlyMap<string, FilesGeneration>;
  /** The other state of a `--defer`, and the nodes that this run read there. */
  readonly deferred?: { readonly state: DeferredState; readonly read: Set<string> } | undefined;
  /** Unselected relations that were, or are being, made to resolve in the working database, and whether they could. */
  readonly resolved: Map<string, Promise<boolean>>;
}

/** A node of the manifest. Ids come from the manifest itself, so a missing one is our own fault. */
export function nodeOf(compiler: Compiler, id: string): ManifestNode {
  const node = compiler.manifest.nodes[id];
  if (node === undefined) throw new Error(`bug: ${id} is selected and not in the manifest`);
  return node;
}

/** The id of the generation that a reader of this run sees of a node; null where its data has none, or none that will be published. */
export async function generationId(run: RunContext, id: string): Promise<string | null> {
  const { built, compiler, deferred } = run;
  if (compiler.manifest.nodes[id]?.config.publish === 'none') return null;
  const made = built.get(id)?.materialized;
  if (made !== undefined) return made.generation?.id ?? made.later?.place.id ?? null;
  // What another state holds is no part of this one.
  if (deferred?.read.has(id)) return null;
  return (await standing(run, id))?.id ?? null;
}

/** The generation that is read of a node which this run has not built: what it took up, a candidate, or the head's. */
export async function standing(
  { adopted, build, candidates }: RunContext,
  id: string,
): Promise<Generation | undefined> {
  return adopted.get(id) ?? candidates.get(id) ?? (await build.head?.generation(id));
}
