import type { Host } from '../host.ts';

/** Ctrl-C as an AbortSignal. The second one ends the process at once, as a shell expects (130). */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Stops listening. */
  end(): void;
}

/** Listens for Ctrl-C; `onFirst` is called when it comes. */
export function interruption(host: Host, onFirst: () => void): Interruption {
  const controller = new AbortController();
  const end = host.onInterrupt(() => {
    if (controller.signal.aborted) host.exit(130);
    onFirst();
    controller.abort();
  });
  return { signal: controller.signal, end };
}
