import { type DatabasePort, lazyPort, withoutQueries } from '@eider/core';
import type { CompileSession, DeferRequest } from '@eider/engine';
import { deferRequest } from './defer-request.ts';
import type { OpenProject } from './open-project.ts';

/** Compiles with what templates may ask of the committed state, relations alone under `--no-introspect`, and with refs that lead where `--defer` says. */
export async function withIntrospection<T>(open: OpenProject, work: (port: DatabasePort) => Promise<T>): Promise<T> {
  const defer = await deferRequest(open);
  const session = introspection(open, defer);
  try {
    if (defer !== undefined) await session.begin();
    return await work(open.flags.introspect ? session.port : withoutQueries(session.port));
  } finally {
    await session.close();
  }
}

interface Introspection {
  /** Loads the engine; needed where refs may be deferred, which asks no question first. */
  begin(): Promise<void>;
  readonly port: DatabasePort;
  close(): Promise<void>;
}

/** Opens the engine at the first question: most projects compile without one, and DuckDB's binding is the slowest import there is. */
function introspection({ compiler, eiderVersion }: OpenProject, defer: DeferRequest | undefined): Introspection {
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
