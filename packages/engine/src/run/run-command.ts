import { spawn } from 'node:child_process';

export interface CommandRequest {
  /** A line for the shell, or a program and its parameters. */
  readonly command: string | readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Told of each line that it prints. */
  readonly onLine: (line: string) => void;
}

/** Runs a program to its end. Gives null where it ended well, else what happened: `ended with exit code 3`. After its time, or when the signal comes, it is ended with all that it started. */
export async function runCommand(request: CommandRequest): Promise<string | null> {
  const { command, cwd, env, onLine, signal, timeoutMs } = request;
  const [program = '', ...parameters] = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  // A process group of its own: what it starts can be ended with it.
  const child = spawn(program, parameters, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let why: string | undefined;
  const end = (reason: string): void => {
    why ??= reason;
    kill(child.pid, 'SIGTERM');
    setTimeout(() => kill(child.pid, 'SIGKILL'), 2000).unref();
  };
  const timer = setTimeout(() => end(`was ended after ${timeoutMs / 1000} s`), timeoutMs);
  const stop = (): void => end('was ended with the run');
  signal?.addEventListener('abort', stop, { once: true });
  const closed = new Promise<string | null>((resolve) => {
    child.on('error', (cause) => resolve(`could not be started: ${cause.message}`));
    child.on('close', (code, killedBy) => {
      if (killedBy !== null) resolve(`was ended by ${killedBy}`);
      else resolve(code === 0 ? null : `ended with exit code ${code}`);
    });
  });
  const flush = [lines(child.stdout, onLine), lines(child.stderr, onLine)];
  try {
    const ending = await closed;
    for (const last of flush) last();
    return why ?? ending;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

function kill(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** Hands on what a stream says line by line; the function that comes back hands on the rest. */
function lines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): () => void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) onLine(line);
  });
  return () => {
    if (rest !== '') onLine(rest);
  };
}
