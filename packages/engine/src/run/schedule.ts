import type { RunPlan, Task } from './plan-run.ts';

/** What a finished task means for the nodes behind it. `stop`: nothing further is started. */
export type TaskEnd = 'done' | 'failed' | 'stop';

export interface ScheduleRequest {
  readonly plan: RunPlan;
  readonly threads: number;
  /** Runs a task on worker `thread` (0 …). Never throws for a node's own failure. */
  readonly run: (id: string, thread: number) => Promise<TaskEnd>;
  /** Told of each task that is not run, because of `because`, or, where null, because the run was stopped. */
  readonly skip: (id: string, because: string | null) => void;
}

/** Runs a plan, at most `threads` tasks at once, each as soon as all before it are done. */
export async function schedule({ plan, run, skip, threads }: ScheduleRequest): Promise<void> {
  const waiting = new Map([...plan.values()].map((task) => [task.id, new Set(task.after)]));
  const ready = [...plan.values()].filter((task) => task.after.length === 0);
  const idle = Array.from({ length: Math.max(1, threads) }, (_, thread) => thread).reverse();
  const running = new Set<Promise<void>>();
  let stopped = false;

  const finish = (task: Task, end: TaskEnd): void => {
    stopped ||= end === 'stop';
    if (end === 'done') release(task);
    else skipBehind(task);
  };
  const release = (task: Task): void => {
    for (const id of task.before) {
      const left = waiting.get(id);
      left?.delete(task.id);
      const next = plan.get(id);
      if (left?.size === 0 && next !== undefined) ready.push(next);
    }
  };
  // In the order in which they would have run; the last of those that a task waits for is why.
  const skipBehind = (task: Task): void => {
    const lost: Task[] = [task];
    const queue = behind(plan, task).filter(({ id }) => waiting.delete(id));
    while (queue.length > 0) {
      const next = takeNext(queue);
      const because = lost.findLast(({ id }) => next.after.includes(id)) ?? task;
      skip(next.id, because.id);
      lost.push(next);
    }
  };
  const start = (task: Task, thread: number): void => {
    waiting.delete(task.id);
    const job = run(task.id, thread).then((end) => {
      idle.push(thread);
      running.delete(job);
      finish(task, end);
    });
    running.add(job);
  };

  for (;;) {
    while (!stopped && ready.length > 0 && idle.length > 0) {
      const thread = idle.pop() ?? 0;
      start(takeNext(ready), thread);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  for (const id of waiting.keys()) skip(id, null);
}

function behind(plan: RunPlan, task: Task): Task[] {
  const found = new Map<string, Task>();
  const visit = ({ before }: Task): void => {
    for (const id of before) {
      const next = plan.get(id);
      if (next === undefined || found.has(id)) continue;
      found.set(id, next);
      visit(next);
    }
  };
  visit(task);
  return [...found.values()];
}

/**
 * By level, then by unique id, as in dbt: models before seeds before tests. Projects rely on it, mostly without knowing, where a model reads a seed by its
 * name, or a source is a seed's table.
 */
function takeNext(ready: Task[]): Task {
  let best = 0;
  for (const [i, task] of ready.entries()) if (comesBefore(task, ready[best] ?? task)) best = i;
  return ready.splice(best, 1)[0] as Task;
}

function comesBefore(one: Task, other: Task): boolean {
  return one.level === other.level ? one.id < other.id : one.level < other.level;
}
