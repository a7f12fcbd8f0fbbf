import type { Host } from '../../packages/cli/src/host.ts';
import { runProgram } from '../../packages/cli/src/program.ts';
import { intoBucket } from './into-bucket.ts';

export interface RanInProcess {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line of eider in this process, without starting one: for tests that ask hundreds of times. */
export async function runInProcess(
  argv: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<RanInProcess> {
  intoBucket(argv, cwd);
  const said = { out: '', err: '' };
  const stream = (to: keyof typeof said): NodeJS.WriteStream =>
    ({
      isTTY: false,
      write(text: string) {
        said[to] += text;
        return true;
      },
    }) as unknown as NodeJS.WriteStream;
  const host: Host = {
    env,
    cwd,
    enter: () => undefined,
    pid: process.pid,
    program: ['node', 'eider'],
    user: 'anna',
    stdin: process.stdin,
    stdout: stream('out'),
    stderr: stream('err'),
    now: () => new Date(),
    randomId: () => crypto.randomUUID(),
    onInterrupt: () => () => undefined,
    exit: () => undefined,
  };
  return { code: await runProgram(argv, host), ...said };
}
