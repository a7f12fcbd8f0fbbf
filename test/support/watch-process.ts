import { type ChildProcess, spawn } from 'node:child_process';
import { eiderCommand } from './eider.ts';
import { intoBucket } from './into-bucket.ts';

/** One line of `--log-format json`. */
export interface WatchEvent {
  readonly name: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** How a process ended: by its own code, or by a signal. */
export interface WatchEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly ms: number;
}

/** A running `eider watch`. */
export interface WatchProcess {
  readonly pid: number;
  /** All that it said, in order. */
  readonly events: readonly WatchEvent[];
  /** The next event of a name from a position on; throws with all that was said since where it does not come in time. */
  event(name: string, from: number, isIt?: (event: WatchEvent) => boolean): Promise<WatchEvent>;
  /** Sends a signal; gives exit code and milliseconds when it is gone. */
  end(signal: NodeJS.Signals): Promise<WatchEnd>;
}

const patienceMs = 30_000;

/** Starts `eider watch --log-format json` in a folder. */
export function startWatch(folder: string, parameters: readonly string[] = []): WatchProcess {
  intoBucket(parameters, folder);
  const [program = '', ...start] = [...eiderCommand(), 'watch', '--log-format', 'json', ...parameters];
  const child = spawn(program, start, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const events: WatchEvent[] = [];
  const waiting = new Set<() => void>();
  const closed = new Promise<Omit<WatchEnd, 'ms'>>((resolve) => {
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  let rest = '';
  const take = (chunk: Buffer): void => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) events.push(eventOf(line));
    for (const wake of waiting) wake();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  return {
    pid: pidOf(child),
    events,
    async event(name, from, isIt = () => true) {
      const until = performance.now() + patienceMs;
      for (;;) {
        const found = events.slice(from).find((event) => event.name === name && isIt(event));
        if (found !== undefined) return found;
        const left = until - performance.now();
        if (left <= 0 || child.exitCode !== null) {
          const said = events.slice(from).map(({ message, name: of }) => `${of}: ${message}`);
          throw new Error(`No ${name} came. Said since:\n${said.join('\n')}`);
        }
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            clearTimeout(timer);
            resolve();
          };
          const timer = setTimeout(wake, Math.min(left, 1000));
          waiting.add(wake);
        });
      }
    },
    async end(signal) {
      const since = performance.now();
      child.kill(signal);
      return { ...(await closed), ms: performance.now() - since };
    },
  };
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('eider watch did not start');
  return pid;
}

/** What is no JSON came from a crash: kept, so that a failing test shows it. */
function eventOf(line: string): WatchEvent {
  try {
    const { data, info } = JSON.parse(line) as {
      readonly data: WatchEvent['data'];
      readonly info: { readonly name: string; readonly msg: string };
    };
    return { name: info.name, message: info.msg, data };
  } catch {
    return { name: 'text', message: line, data: {} };
  }
}
