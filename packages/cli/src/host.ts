import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';

/** What the program takes from the process that runs it: nothing else here reads a clock, an environment or a stream. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Makes a folder the process's own: what relative paths in a project's SQL mean, in hooks that write too. */
  readonly enter: (folder: string) => void;
  readonly pid: number;
  /** How this program was started, without its parameters: the absolute path of node, node's own parameters, and the script. */
  readonly program: readonly string[];
  /** The name of the user who runs it. */
  readonly user: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly now: () => Date;
  /** A UUID. */
  readonly randomId: () => string;
  /** Calls the listener at each Ctrl-C until the returned function is called. */
  readonly onInterrupt: (listener: () => void) => () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}

/** The host of a real process. A reader that closes the pipe (`eider ls | head`) ends the output quietly. */
export function processHost(): Host {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (failure: NodeJS.ErrnoException) => {
      if (failure.code !== 'EPIPE') throw failure;
    });
  }
  return {
    env: process.env,
    cwd: process.cwd(),
    enter: (folder) => process.chdir(folder),
    pid: process.pid,
    program: [process.execPath, ...process.execArgv, ...process.argv.slice(1, 2)],
    get user() {
      return userInfo().username;
    },
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    now: () => new Date(),
    randomId: randomUUID,
    onInterrupt(listener) {
      process.on('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
    exit: (code) => process.exit(code),
  };
}
