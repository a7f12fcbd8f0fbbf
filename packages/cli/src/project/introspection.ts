import { type DatabasePort, lazyPort } from '@eider/core';
import type { CompileSession, DeferRequest } from '@eider/engine';
import type { OpenProject } from './open-project.ts';

/** What templates ask of the committed state while they are compiled. */
export interface Introspection {
  /** Loads the engine; needed where refs may be deferred, which asks no question first. */
  begin(): Promise<void>;
  readonly port: DatabasePort;
  close(): Promise<void>;
}

/** Opens the engine at the first question: most projects compile without one, and DuckDB's binding is the slowest import there is. */
export function introspection({ compiler, eiderVersion }: OpenProject, defer?: DeferRequest): Introspection {
  let opened: Promise<CompileSession> | undefined;
  const open = (): Promise<CompileSession> => {
    opened ??= import('@eider/engine').then(({ openCompileSession }) =>
      openCompileSession(compiler, eiderVersion, { defer }),
    );
    return opened;
  };
  return {
    begin: async () => {
      await open();
    },
    port: lazyPort(async () => (await open()).port),
    close: async () => {
      await (await opened)?.close();
    },
  };
}
