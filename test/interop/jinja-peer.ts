import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findPeers } from './peers.ts';

/** What an engine made of a template. */
export type Outcome = { readonly text: string } | { readonly error: string; readonly message: string };

/** A template with the macros that it may call. */
export interface JinjaCase {
  readonly template: string;
  readonly macros?: string;
}

/** dbt's own Jinja in a process of its own. */
export interface JinjaPeer {
  render(cases: readonly JinjaCase[]): Promise<readonly Outcome[]>;
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
    sources: () => ask({ op: 'sources' }),
    call: (calls) => ask({ op: 'call', calls }),
    close: () => child.stdin.end(),
  };
}
