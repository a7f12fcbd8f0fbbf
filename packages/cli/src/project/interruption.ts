import { type Host, type InterruptSignal, interruptCodes } from '../host.ts';
import type { Reporter } from '../ui/reporter.ts';

/** Ctrl-C, `systemctl stop` or the end of the terminal as an AbortSignal. The second one ends the process at once, as a shell expects. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** The exit code of a command that it ended: 2 for Ctrl-C, as dbt; for others the signal's own. Null where nothing came. */
  exitCode(): number | null;
  /** Stops listening. */
  end(): void;
}

export interface InterruptionOptions {
  /** How long a command may take to end. */
  readonly graceMs: number;
  /** Called when that is over; the process ends after it, whatever still runs. */
  readonly onOverdue: () => Promise<void>;
}

/** Listens for what asks the command to end; `onFirst` is called when it comes. */
export function interruption(
  host: Host,
  onFirst: (signal: InterruptSignal) => void,
  options?: InterruptionOptions,
): Interruption {
  const controller = new AbortController();
  let first: InterruptSignal | undefined;
  let timer: NodeJS.Timeout | undefined;
  const end = host.onInterrupt((signal) => {
    if (first !== undefined) return host.exit(interruptCodes[signal]);
    first = signal;
    onFirst(signal);
    controller.abort();
    if (options === undefined) return;
    timer = setTimeout(() => {
      void options.onOverdue().finally(() => host.exit(interruptCodes[signal]));
    }, options.graceMs);
  });
  return {
    signal: controller.signal,
    exitCode: () => (first === undefined ? null : first === 'SIGINT' ? 2 : interruptCodes[first]),
    end: () => {
      clearTimeout(timer);
      end();
    },
  };
}

/** Time for queries to end after they were interrupted, in milliseconds: well within the 90 s that systemd gives. */
export const graceMs = 10_000;

/** An interruption of queries, which it tells of. */
export function queryInterruption(
  host: Host,
  reporter: Pick<Reporter, 'warn'>,
  onOverdue: () => Promise<void> = async () => undefined,
): Interruption {
  const stop = (): void => reporter.warn('Stopping: running queries are interrupted. Once more to stop at once.');
  return interruption(host, stop, { graceMs, onOverdue });
}
