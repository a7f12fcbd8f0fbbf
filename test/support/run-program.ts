import { spawn } from 'node:child_process';

/** What a program left behind. */
export interface ProgramResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Wall time in milliseconds. */
  readonly ms: number;
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Written to the program's standard input, which is then closed. */
  readonly input?: string;
  /** Called with the process id as soon as it runs. */
  readonly onStart?: (pid: number) => void;
}

/** Runs a program to its end; never throws because of its exit code. */
export function runProgram(command: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  const [program = '', ...parameters] = command;
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, parameters, { cwd: options.cwd, env: { ...process.env, ...options.env } });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      const ms = performance.now() - started;
      resolve({ exitCode, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString(), ms });
    });
    // A program may end without reading what it is given.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    if (child.pid !== undefined) options.onStart?.(child.pid);
  });
}
