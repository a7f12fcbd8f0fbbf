import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a program of Python runs. */
export interface PythonRun {
  /** The interpreter: a path, or a name that the shell would find. */
  readonly python: string;
  readonly program: string;
  readonly parameters: readonly string[];
  readonly folder: string;
  /** Stops it. */
  readonly signals: readonly AbortSignal[];
  /** Each line that it prints, on either stream. */
  readonly onLine: (line: string, isError: boolean) => void;
}

/** How it ended: `missing` where there is no such interpreter, `stopped` by a signal of ours, otherwise its exit code. */
export type PythonEnd =
  | { readonly kind: 'missing' | 'stopped' }
  | { readonly kind: 'ended'; readonly exitCode: number | null };

/** Milliseconds that a program has to end by itself after it was told to. */
const patience = 3000;

/** Runs a program with `python -c`. It is told to end when a signal says so, and ends with this process, for its standard input does. */
export async function runPython(run: PythonRun): Promise<PythonEnd> {
  if (run.signals.some(({ aborted }) => aborted)) return { kind: 'stopped' };
  const child = spawn(run.python, ['-u', '-c', run.program, ...run.parameters], {
    cwd: run.folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), patience).unref();
  };
  for (const signal of run.signals) signal.addEventListener('abort', stop, { once: true });
  try {
    const lines = [
      eachLine(child.stdout, (line) => run.onLine(line, false)),
      eachLine(child.stderr, (line) => run.onLine(line, true)),
    ];
    const exitCode = await exitOf(child);
    if (exitCode === undefined) return { kind: 'missing' };
    await Promise.all(lines);
    return isStopped ? { kind: 'stopped' } : { kind: 'ended', exitCode };
  } finally {
    for (const signal of run.signals) signal.removeEventListener('abort', stop);
    child.stdin.destroy();
  }
}

/** Undefined where there is no such program. */
function exitOf(child: ChildProcess): Promise<number | null | undefined> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' || cause.code === 'EACCES') resolve(undefined);
      else reject(cause);
    });
    child.once('close', (code) => resolve(code));
  });
}

async function eachLine(stream: NodeJS.ReadableStream, tell: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) tell(line);
}
