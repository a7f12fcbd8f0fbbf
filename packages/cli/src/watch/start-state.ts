import type { StaleReason } from '@eider/engine';
import type { LogLine } from '../ui/log-line.ts';
import type { ProjectState, WatchedProject } from './watched-project.ts';

/** What there is to do when watching begins, or when the profile led to another lake. */
export interface StartState {
  readonly todo: ReadonlySet<string>;
  /** Why, in place of saved files. */
  readonly words: string;
  readonly lines: readonly LogLine[];
}

const reasons: Readonly<Record<StaleReason, string>> = {
  new: 'not built yet',
  changed: 'changed since their build',
  withheld: 'withheld by tests',
  behind: 'built from older data of their parents',
};

/** Looks for what the published state lacks. Templates that ask a database ask that state. */
export async function findStart(project: WatchedProject, { allowed, open }: ProjectState): Promise<StartState> {
  const { staleNodes } = await import('@eider/engine');
  const stale = await project.muted(() => staleNodes(open.compiler, [...allowed], open.eiderVersion));
  const counts = new Map<StaleReason, number>();
  for (const reason of stale.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const words = [...counts].map(([reason, count]) => `${count} ${reasons[reason]}`).join(', ');
  return { todo: new Set(stale.keys()), words, lines: stale.size === 0 ? [upToDate] : [] };
}

const upToDate: LogLine = {
  level: 'info',
  name: 'WatchNote',
  code: 'W005',
  text: 'What is published is what the project says: nothing to build.',
  data: { kind: 'up-to-date', nodes: [] },
};

/** Whether two states of a project publish to different places. */
export async function lakeMoved(before: ProjectState, after: ProjectState): Promise<boolean> {
  const { lakeOptions } = await import('@eider/engine');
  const place = ({ open }: ProjectState): string => {
    const { internal, livePath, publishPath, state } = lakeOptions(open.compiler, { eiderVersion: open.eiderVersion });
    return JSON.stringify([state, publishPath, livePath, internal, open.project.target.path]);
  };
  return place(before) !== place(after);
}

/** Publishes what is committed where the profile says now. */
export async function publishMoved({ reporter }: WatchedProject, { open }: ProjectState): Promise<void> {
  const { publishCatalog } = await import('@eider/engine');
  const published = await publishCatalog({ ...open, onEvent: reporter.event });
  if (published !== null) reporter.say(`Published ${published.path}`, { path: published.path });
}
