/** One line of the results: a ratio, and what it should be at most or at least. */
export interface Result {
  readonly what: string;
  /** What was measured: `1.83 s against 1.75 s`. */
  readonly measured: string;
  /** The number that is compared with the aim. */
  readonly value: number;
  /** None where the number is there to be known, not to be judged. */
  readonly aim?: { readonly atMost: number } | { readonly atLeast: number };
  readonly unit: '×' | 'ms' | 'bytes';
}

/** One bench: a question and what came of it. */
export interface Bench {
  readonly name: string;
  run(folder: string): Promise<readonly Result[]>;
}

/** Whether a result is as good as it should be. */
export function reached({ value, aim }: Result): boolean {
  if (aim === undefined) return true;
  return 'atMost' in aim ? value <= aim.atMost : value >= aim.atLeast;
}

/** How many times faster eider is, by times in ms. */
export function timesFaster(what: string, ours: number, theirs: number, atLeast?: number): Result {
  const measured = `${seconds(ours)} against ${seconds(theirs)}`;
  return { what, measured, value: theirs / ours, unit: '×', ...(atLeast !== undefined && { aim: { atLeast } }) };
}

/** `1.83 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

/** `312 MB`. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
