import { type FSWatcher, watch } from 'chokidar';
import type { WatchPlan } from './watch-plan.ts';

/** The files of a plan under watch. */
export interface FileWatcher {
  /** Takes another plan; nothing that happens meanwhile is lost. */
  update(plan: WatchPlan): Promise<void>;
  close(): Promise<void>;
}

export interface FileWatcherOptions {
  /** How often to look at every file, in milliseconds; null to wait for the system's events. */
  readonly pollMs: number | null;
  /** Told of each file that was written, made or removed; of folders that were. */
  readonly onChange: (path: string) => void;
  readonly onFailure: (cause: Error) => void;
}

/** Starts to watch, and is back when every file is under watch. */
export async function watchFiles(plan: WatchPlan, options: FileWatcherOptions): Promise<FileWatcher> {
  let current = { plan, watcher: await started(plan, options) };
  return {
    update: async (next) => {
      if (current.plan.key === next.key) return;
      const old = current.watcher;
      current = { plan: next, watcher: await started(next, options) };
      await old.close();
    },
    close: () => current.watcher.close(),
  };
}

async function started(plan: WatchPlan, { onChange, onFailure, pollMs }: FileWatcherOptions): Promise<FSWatcher> {
  const watcher = watch([...plan.folders], {
    ignored: plan.isIgnored,
    ignoreInitial: true,
    ...(pollMs !== null && { usePolling: true, interval: pollMs, binaryInterval: pollMs }),
  });
  watcher.on('all', (event, path) => {
    // A new folder brings files of its own; that it is there matters to nobody.
    if (event !== 'addDir') onChange(path);
  });
  watcher.on('error', (cause) => onFailure(cause as Error));
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return watcher;
}
