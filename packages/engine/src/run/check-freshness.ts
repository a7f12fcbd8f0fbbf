import { type Compiler, type Diagnostic, EiderError, error, type SourceFreshness } from '@eider/core';
import { openCompileSession } from './compile-session.ts';
import { readable } from './diagnose.ts';

export interface FreshnessRequest {
  readonly compiler: Compiler;
  /** Unique ids of sources. */
  readonly sources: readonly string[];
  readonly eiderVersion: string;
  readonly now: () => Date;
  readonly onStart: (source: string) => void;
  readonly onEnd: (result: FreshnessResult) => void;
}

/** What came of one source. */
export interface FreshnessResult {
  readonly source: string;
  /** Null where it could not be asked. */
  readonly freshness: SourceFreshness | null;
  /** Why it could not be asked. */
  readonly diagnostics: readonly Diagnostic[];
  /** ISO 8601. */
  readonly startedAt: string;
  readonly executeMs: number;
}

/** Asks how old the data of sources is, one after another: in the committed state, read only, without the working database's lock. Nothing is built. */
export async function checkFreshness(request: FreshnessRequest): Promise<readonly FreshnessResult[]> {
  const { compiler, now, onEnd, onStart, sources } = request;
  const session = openCompileSession(compiler, request.eiderVersion);
  const results: FreshnessResult[] = [];
  try {
    for (const source of sources) {
      onStart(source);
      const startedAt = now();
      const asked = await compiler.freshness(source, session.port).then(
        (freshness) => ({ freshness, diagnostics: [] }),
        (cause: unknown) => ({ freshness: null, diagnostics: findingsOf(cause, source) }),
      );
      const executeMs = now().getTime() - startedAt.getTime();
      const result = { source, ...asked, startedAt: startedAt.toISOString(), executeMs };
      results.push(result);
      onEnd(result);
    }
    return results;
  } finally {
    await session.close();
  }
}

function findingsOf(cause: unknown, source: string): readonly Diagnostic[] {
  if (cause instanceof EiderError) return cause.diagnostics.map(readable);
  return [error('engine/failed', cause instanceof Error ? cause.message : String(cause), { node: source })];
}
