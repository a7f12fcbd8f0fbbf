import { writtenBy } from '../lake/durable-generation.ts';
import type { Generation } from '../lake/generation.ts';
import type { NodeWork } from '../lake/ledger.ts';
import type { NodeResult } from './events.ts';
import type { RunContext } from './run-context.ts';

/** What a run has done for a node up to now; undefined where it wrote no file and asked nothing of servers. */
export function workOf(
  { build, built, traffic }: Pick<RunContext, 'build' | 'built' | 'traffic'>,
  id: string,
  generation: Generation | null | undefined = built.get(id)?.materialized.generation,
): NodeWork | undefined {
  const asked = traffic.of(id);
  const own = generation?.kind === 'files' ? writtenBy(new Set([build.id]), generation) : [];
  if (own.length === 0 && asked === undefined) return undefined;
  const bytesWritten = own.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  return { bytesWritten, ...(asked && { traffic: asked }) };
}

/** A result with what the run did for its node. */
export function withWork(run: RunContext, result: NodeResult, generation?: Generation): NodeResult {
  const work = workOf(run, result.node, generation);
  return work === undefined ? result : { ...result, work };
}
