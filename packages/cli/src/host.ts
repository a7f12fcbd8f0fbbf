import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { systemReason } from './ui/system-reasons.ts';

/** What the program takes from the process that runs it: nothing else here reads a clock, an environment or a stream. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Makes a folder the process's own: what relative paths in a project's SQL mean, in hooks that write too. */
  readonly enter: (folder: string) => void;
  readonly pid: number;
  /** How this program was started, without its parameters: the absolute path of node, node's own parameters, and the script. */
  readonly program: readonly string[];
  /** The name of the user who runs it, or the number. */
  readonly user: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly now: () => Date;
  /** A UUID. */
  readonly randomId: () => string;
  /** Calls the listener at each Ctrl-C, `systemctl stop` and end of the terminal until the returned function is called. */
  readonly onInterrupt: (listener: (signal: InterruptSignal) => void) => () => void;
  /** Calls the listener before the process ends, in whatever way it can still act upon. */
  readonly onExit?: (listener: () => void) => void;
  /** Whether something that was printed could not be written. A reader that went away does not count. */
  readonly isOutputLost?: () => boolean;
  /** Ends the process at once, whatever still runs. Codes over 128 end it by the signal itself, which is what a shell and systemd look at. */
  readonly exit: (code: number) => void;
}

/** What asks a program to end, with the exit code of one that did at once. */
export const interruptCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
export type InterruptSignal = keyof typeof interruptCodes;
const interruptSignals = Object.keys(interruptCodes) as readonly InterruptSignal[];

/**
 * The host of a real process. A reader that closes the pipe (`eider ls | head`), or a terminal that is closed, ends the output quietly. Output that cannot
 * be written for another reason (a full disk) is told of once; the command goes on.
 */
export function processHost(): Host {
  let isOutputLost = false;
  for (const [stream, other] of [
    [process.stdout, process.stderr],
    [process.stderr, process.stdout],
  ] as const) {
    stream.on('error', (failure: NodeJS.ErrnoException) => {
      const { code, message } = failure;
      if (code === 'EPIPE' || code === 'EIO') return;
      if (!isOutputLost) other.write(`The output cannot be written: ${systemReason(failure)?.[0] ?? message}\n`);
      isOutputLost = true;
    });
  }
  const exits: (() => void)[] = [];
  const leave = (): void => {
    for (const listener of exits.splice(0)) listener();
  };
  process.once('exit', leave);
  return {
    env: process.env,
    cwd: process.cwd(),
    enter: (folder) => process.chdir(folder),
    pid: process.pid,
    program: [process.execPath, ...process.execArgv, ...process.argv.slice(1, 2)],
    get user() {
      return userName();
    },
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    now: () => new Date(),
    randomId: randomUUID,
    onInterrupt(listener) {
      for (const signal of interruptSignals) process.on(signal, listener);
      return () => {
        for (const signal of interruptSignals) process.off(signal, listener);
      };
    },
    onExit: (listener) => exits.push(listener),
    isOutputLost: () => isOutputLost,
    exit: (code) => {
      leave();
      endProcess(code);
    },
  };
}

function endProcess(code: number): void {
  const signal = interruptSignals.find((each) => interruptCodes[each] === code);
  if (signal === undefined) process.exit(code);
  // process.exit would wait for threads that are stuck in a query.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** The number where the system knows no name, as in many containers. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 0);
  }
}
