import { relative } from 'node:path';
import type { ChangedNodes } from '@eider/core';
import { type InterruptSignal, interruptCodes } from '../host.ts';
import type { Invoked } from '../invoked.ts';
import { interruption } from '../project/interruption.ts';
import { foundText } from '../project/project-counts.ts';
import { foundLine } from '../ui/notes.ts';
import { type FileWatcher, watchFiles } from './file-watcher.ts';
import { keptLake } from './kept-lake.ts';
import { networkKind } from './network-folder.ts';
import { planWave, type WavePlan } from './plan-wave.ts';
import { runWave, type WaveOutcome } from './run-wave.ts';
import { type Burst, collectSaves, type Saves, usualSaves } from './saves.ts';
import { findStart, lakeMoved, publishMoved } from './start-state.ts';
import type { WatchPlan } from './watch-plan.ts';
import { type ProjectState, type WatchedProject, watchedProject } from './watched-project.ts';
import { changeLines, type WaveCause, waitingLine } from './wave-lines.ts';

/** `watch`: builds what a save changed, until Ctrl-C. Gives the exit code: 0 then, for that is how watching ends; the signal's for other signals. */
export async function watchSession(invoked: Invoked): Promise<number> {
  const project = await watchedProject(invoked);
  const plan = await project.plan(null);
  const saves = collectSaves(usualSaves);
  const polling = await pollingOf(project);
  const watcher = await watchFiles(plan, {
    pollMs: polling?.ms ?? null,
    onChange: (path) => saves.add(path),
    onFailure: (cause) => project.reporter.warn(failureText(cause)),
  });
  const session = new WatchSession(invoked, { project, plan, saves, watcher, polling: polling?.words ?? null });
  let exitCode = 0;
  const stop = (signal: InterruptSignal): void => {
    if (signal !== 'SIGINT') exitCode = interruptCodes[signal];
    session.stop();
  };
  const onOverdue = async (): Promise<void> =>
    project.reporter.warn(`A query did not end within ${graceMs / 1000} s: the process ends without it.`);
  const interrupted = interruption(invoked.host, stop, { graceMs, onOverdue });
  try {
    await Promise.race([session.run(), session.stopped]);
    return exitCode;
  } finally {
    interrupted.end();
    await watcher.close();
    project.reporter.close();
  }
}

/** Time for queries to end after they were interrupted: somebody waits for the prompt. */
const graceMs = 3000;

/** `ENOSPC` is Linux's word for too many watched files. */
function failureText(cause: NodeJS.ErrnoException): string {
  const advice = cause.code === 'ENOSPC' ? ' Raise fs.inotify.max_user_watches, or use --poll.' : '';
  return `Some files cannot be watched: ${cause.message}.${advice}`;
}

interface Parts {
  readonly project: WatchedProject;
  readonly plan: WatchPlan;
  readonly saves: Saves;
  readonly watcher: FileWatcher;
  /** How files are looked at, where not by events. */
  readonly polling: string | null;
}

interface RunningWave {
  readonly due: Due;
  readonly controller: AbortController;
  readonly ended: Promise<WaveOutcome>;
}

/** What a wave is run for. */
interface Due {
  readonly cause: WaveCause;
  readonly since: number;
}

class WatchSession {
  readonly #invoked: Invoked;
  readonly #parts: Parts;
  /** Resolved after `stop`, when no wave runs any more. */
  readonly stopped: Promise<void>;
  readonly #stop: () => void;
  #isStopped = false;
  readonly #lakeOf = keptLake();
  #plan: WatchPlan;
  /** The newest state that could be opened: what `#todo` is about. */
  #state: ProjectState | null = null;
  #isBroken = false;
  #todo: ReadonlySet<string> = new Set();
  #waves = 0;
  #wave: RunningWave | null = null;
  /** The burst that is waited for: a promise that outlives a wave. */
  #next: Promise<Burst> | null = null;

  constructor(invoked: Invoked, parts: Parts) {
    this.#invoked = invoked;
    this.#parts = parts;
    this.#plan = parts.plan;
    let stop = (): void => undefined;
    this.stopped = new Promise((resolve) => {
      stop = resolve;
    });
    this.#stop = stop;
  }

  /** Ends the running wave with nothing of it visible, and the session. */
  stop(): void {
    this.#isStopped = true;
    this.#wave?.controller.abort();
    const ended = this.#wave?.ended.then(({ kind }) => {
      if (kind === 'stopped') this.#parts.project.reporter.say('Stopped: nothing of this wave was published.');
    });
    void Promise.resolve(ended).finally(this.#stop);
  }

  async run(): Promise<void> {
    let due = await this.#begin();
    while (!this.#isStopped) {
      if (due !== null) this.#start(due);
      if (this.#wave === null) this.#sayWaiting();
      due = await this.#untilNext();
    }
  }

  /** Opens the project and finds what its published state lacks. */
  async #begin(): Promise<Due | null> {
    const since = this.#now();
    const { project } = this.#parts;
    // The engine is the slowest thing to load, and the first save wants it warm.
    const loading = import('@eider/engine');
    this.#state = await project.open();
    await loading;
    await this.#watch();
    this.#isBroken = this.#state === null;
    if (this.#state === null) return null;
    project.reporter.line(foundLine(foundText(this.#state.open.manifest)));
    const words = this.#state.open.flags.initial ? await this.#findStart(this.#state) : '';
    return this.#todo.size === 0 ? null : { cause: { files: [], words }, since };
  }

  /** Takes for to do what the published state lacks; gives that in words. */
  async #findStart(state: ProjectState): Promise<string> {
    const { project } = this.#parts;
    const start = await project.guarded(() => findStart(project, state));
    this.#todo = start?.todo ?? new Set();
    for (const line of start?.lines ?? []) project.reporter.line(line);
    return start?.words ?? '';
  }

  /** Starts a wave of what is to do, where there is anything that the selection allows. */
  #start(due: Due): void {
    if (this.#state === null || this.#isBroken) return;
    const plan = this.#planWave(this.#state);
    if (plan.ids.length === 0) return;
    const controller = new AbortController();
    this.#waves += 1;
    const { open } = this.#state;
    const ended = runWave({
      ...{ open, plan, invoked: this.#invoked, todo: this.#todo, lakeOf: this.#lakeOf },
      ...{ number: this.#waves, cause: due.cause, since: due.since, signal: controller.signal },
    });
    this.#wave = { due, controller, ended };
  }

  #planWave({ allowed, open }: ProjectState): WavePlan {
    const { flags, graph, manifest } = open;
    const { children, indirectSelection } = flags;
    return planWave({ manifest, graph, allowed, children, indirectSelection, todo: this.#todo });
  }

  /** Waits for what gives the next wave: a save, or a wave that has to be run again. */
  async #untilNext(): Promise<Due | null> {
    const wave = this.#wave;
    this.#next ??= this.#parts.saves.next();
    const happened = await Promise.race([this.#next, ...(wave === null ? [] : [wave.ended])]);
    if ('kind' in happened) return this.#waveEnded(happened, wave);
    this.#next = null;
    return await this.#saved(happened);
  }

  #waveEnded({ kind, left }: WaveOutcome, wave: RunningWave | null): Due | null {
    this.#wave = null;
    this.#todo = left;
    return kind === 'again' && wave !== null ? wave.due : null;
  }

  /** Takes a burst of saves: the running wave goes on unless they change what is built. */
  async #saved({ ageMs, paths }: Burst): Promise<Due | null> {
    const since = this.#now() - ageMs;
    const { project } = this.#parts;
    const [before, after] = [this.#state, await project.open()];
    this.#isBroken = after === null;
    if (after === null) {
      await this.#watch();
      return null;
    }
    const isMoved = before !== null && (await project.guarded(() => lakeMoved(before, after))) === true;
    const changes = before === null || isMoved ? null : await project.compare(before, after);
    // A session that was begun on a broken project begins now.
    if (before === null) project.reporter.line(foundLine(foundText(after.open.manifest)));
    const ended = await this.#endWave(changes === null || changes.changed.size > 0);
    this.#state = after;
    await this.#watch();
    if (changes === null) {
      if (isMoved || after.open.flags.initial) await this.#findStart(after);
      if (isMoved && this.#todo.size === 0) await project.guarded(() => publishMoved(project, after));
    } else this.#add(changes, after);
    const saved = [...paths].filter(this.#plan.isProjectFile);
    const files = (saved.length > 0 ? saved : [...paths]).map((path) => relative(project.folder, path)).sort();
    if (!ended) return null;
    return this.#todo.size === 0 ? this.#nothingToDo(files, changes) : { cause: { files }, since };
  }

  /** Whether no wave runs any more: one that is to be ended is waited for. */
  async #endWave(isNeeded: boolean): Promise<boolean> {
    const wave = this.#wave;
    if (wave === null) return true;
    if (!isNeeded) return false;
    wave.controller.abort();
    const { kind, left } = await wave.ended;
    this.#wave = null;
    this.#todo = left;
    if (kind === 'stopped') this.#parts.project.reporter.say('Ended by a save: nothing of it was published.');
    return true;
  }

  #add(changes: ChangedNodes, after: ProjectState): void {
    const { manifest } = after.open;
    const known = [...this.#todo].filter((id) => manifest.nodes[id] !== undefined);
    const changed = [...changes.changed.keys()];
    const outside = changed.filter((id) => !after.allowed.has(id));
    this.#todo = new Set([...known, ...changed.filter((id) => after.allowed.has(id))]);
    for (const line of changeLines(changes, outside, manifest)) this.#parts.project.reporter.line(line);
  }

  #nothingToDo(files: readonly string[], changes: ChangedNodes | null): null {
    const isSilent = changes === null || changes.same.length + changes.described.length + changes.removed.length > 0;
    if (!isSilent) this.#parts.project.reporter.say(`Saved ${files.join(', ')}: nothing to build.`, { files });
    return null;
  }

  async #watch(): Promise<void> {
    const { project, watcher } = this.#parts;
    this.#plan = await project.plan(this.#state);
    await watcher.update(this.#plan);
  }

  #sayWaiting(): void {
    const { polling, project } = this.#parts;
    const files = this.#state?.open.project.files.map(({ fullPath }) => fullPath).filter(this.#plan.isProjectFile);
    const count = files === undefined ? null : new Set(files).size;
    project.reporter.line(waitingLine(count, polling, this.#isBroken));
  }

  #now(): number {
    return this.#invoked.host.now().getTime();
  }
}

interface Polling {
  readonly ms: number;
  /** For the reader of the screen: `looking every 1 s, for NFS sends no events`. */
  readonly words: string;
}

/** How often files are looked at: as the flag says, else every second on a network share, which tells nobody what others write. */
async function pollingOf(project: WatchedProject): Promise<Polling | null> {
  const asked = project.poll;
  if (asked === 0) return null;
  const kind = asked === undefined ? await networkKind(project.folder) : null;
  const seconds = asked ?? (kind === null ? null : 1);
  if (seconds === null) return null;
  const why = kind === null ? '' : `, for ${kind} sends no events`;
  return { ms: seconds * 1000, words: `looking every ${seconds} s${why}` };
}
