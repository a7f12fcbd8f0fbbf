import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { runProgram } from '../support/run-program.ts';

/** One run of a program: wall time, and the most memory that it held at once. */
export interface Measurement {
  readonly ms: number;
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
  let running = true;
  let peak = 0;
  let watching: Promise<void> | undefined;
  const watch = async (pid: number): Promise<void> => {
    while (running) {
      peak = Math.max(peak, peakOf(pid));
      await wait(20);
    }
  };
  const onStart = (pid: number): void => {
    watching = watch(pid);
  };
  const result = await runProgram(command, { ...options, onStart });
  running = false;
  await watching;
  if (result.exitCode !== 0)
    throw new Error(`${command.join(' ')} ended with ${result.exitCode}:\n${result.stdout}\n${result.stderr}`);
  return { ms: result.ms, peak, stdout: result.stdout };
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
      { ms: pick(all.map((m) => m.ms)), peak: pick(all.map((m) => m.peak)), stdout: all.at(-1)?.stdout ?? '' },
    ]),
  );
}
