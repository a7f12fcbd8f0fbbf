import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findPeers } from './peers.ts';

/** What an engine made of a template. */
export type Outcome =
  | { readonly text: string }
  | { readonly error: string; readonly message: string; readonly line?: number | null };

/** A template with the macros that it may call. */
export interface JinjaCase {
  readonly template: string;
  readonly macros?: string;
  /** Rendered for its native value, whose repr is compared, or as while a project is parsed. */
  readonly mode?: 'native' | 'parse';
}

/** Templates that have to do with one another. */
export interface LinkedCase {
  readonly templates: Readonly<Record<string, string>>;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly autoescape?: boolean;
}

/** dbt's own Jinja in a process of its own. */
export interface JinjaPeer {
  render(cases: readonly JinjaCase[]): Promise<readonly Outcome[]>;
  /** Renders `main` of each case with plain Jinja and a loader of the case's templates. */
  link(cases: readonly LinkedCase[]): Promise<readonly Outcome[]>;
  /** The macro files of dbt-adapters, dbt-core and dbt-duckdb. */
  sources(): Promise<readonly { readonly path: string; readonly text: string }[]>;
  /** Renders templates that call the macros of those files. */
  call(calls: readonly string[]): Promise<readonly Outcome[]>;
  close(): void;
}

/** Starts the peer. Its answers come in the order of the questions. */
export function startJinjaPeer(): JinjaPeer {
  const child = spawn(findPeers().dbtPython, [join(import.meta.dirname, 'jinja_peer.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONHASHSEED: '0' },
  });
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line));
  const ask = async (request: object): Promise<never> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return JSON.parse(await new Promise<string>((resolve) => waiting.push(resolve))) as never;
  };
  return {
    render: (cases) => ask({ op: 'render', cases }),
    link: (cases) => ask({ op: 'link', cases }),
    sources: () => ask({ op: 'sources' }),
    call: (calls) => ask({ op: 'call', calls }),
    close: () => child.stdin.end(),
  };
}
