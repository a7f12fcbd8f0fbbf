import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runProgram } from '../support/run-program.ts';

/** One run of a program: wall time, the time of all processors, and the most memory that it held at once. */
export interface Measurement {
  readonly ms: number;
  /** Milliseconds that the program and what it started had a processor, in its own code and in the system's. */
  readonly processorMs: number;
  /** Bytes; 0 where the system has no /proc. */
  readonly peak: number;
  readonly stdout: string;
}

export interface MeasureOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program and measures it. Throws where it fails: the time of a failure is no result. */
export async function measure(command: readonly string[], options: MeasureOptions = {}): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'eider-bench-'));
  const times = join(folder, 'times');
  let running = true;
  let peak = 0;
  let watching: Promise<void> | undefined;
  const watch = async (pid: number): Promise<void> => {
    while (running) {
      peak = Math.max(peak, ...childrenOf(pid).map(peakOf));
      await wait(20);
    }
  };
  const onStart = (pid: number): void => {
    watching = watch(pid);
  };
  try {
    // The shell knows what its children used, to the moment of their end.
    const counted = ['sh', '-c', '"$@"; code=$?; times >"$0"; exit $code', times, ...command];
    const result = await runProgram(counted, { ...options, onStart });
    running = false;
    await watching;
    if (result.exitCode !== 0)
      throw new Error(`${command.join(' ')} ended with ${result.exitCode}:\n${result.stdout}\n${result.stderr}`);
    return { ms: result.ms, processorMs: processorMs(readFileSync(times, 'utf8')), peak, stdout: result.stdout };
  } finally {
    running = false;
    rmSync(folder, { recursive: true });
  }
}

/** The second line that `times` prints: `0m1.23s 0m0.45s`, of the shell's children in user and system mode. */
function processorMs(times: string): number {
  const ofChildren = times.trim().split('\n')[1] ?? '';
  const parts = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce((sum, [, minutes, secs]) => sum + (Number(minutes) * 60 + Number(secs)) * 1000, 0);
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function peakOf(pid: number): number {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return 0;
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1];
    return kilobytes === undefined ? 0 : Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}

/** The middle of several numbers: one slow round on a shared machine moves it little. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = low] =
    sorted.length % 2 === 1 ? [sorted[middle]] : [sorted[middle - 1], sorted[middle]];
  return (low + high) / 2;
}

/** Runs rivals in turns, so that a slow minute of the machine hits all of them, and gives each one's median, or what `pick` gives. */
export async function inTurns(
  rounds: number,
  rivals: Readonly<Record<string, () => Promise<Measurement>>>,
  pick: (numbers: readonly number[]) => number = median,
): Promise<Readonly<Record<string, Measurement>>> {
  const measured = new Map<string, Measurement[]>(Object.keys(rivals).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(rivals)) measured.get(name)?.push(await run());
  }
  return Object.fromEntries(
    [...measured].map(([name, all]) => [
      name,
      {
        ms: pick(all.map((m) => m.ms)),
        processorMs: pick(all.map((m) => m.processorMs)),
        peak: pick(all.map((m) => m.peak)),
        stdout: all.at(-1)?.stdout ?? '',
      },
    ]),
  );
}
