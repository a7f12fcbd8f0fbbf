import { type DatabasePort, lazyPort } from '@eider/core';
import type { OpenProject } from './open-project.ts';

/** What templates ask of the committed state while they are compiled. */
export interface Introspection {
  readonly port: DatabasePort;
  close(): Promise<void>;
}

/** Opens the engine at the first question: most projects compile without one, and DuckDB's binding is the slowest import there is. */
export function introspection({ compiler, eiderVersion }: OpenProject): Introspection {
  let opened: Promise<Introspection> | undefined;
  const port = async (): Promise<DatabasePort> => {
    opened ??= import('@eider/engine').then(({ openCompileSession }) => openCompileSession(compiler, eiderVersion));
    return (await opened).port;
  };
  return {
    port: lazyPort(port),
    close: async () => {
      await (await opened)?.close();
    },
  };
}
