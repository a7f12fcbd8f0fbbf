import type { NodeLabel, RunEvent } from '@eider/engine';
import { bold, dim, green } from './colors.ts';
import { cutMiddle, textWidth } from './text-width.ts';

/** The part of a terminal that is drawn on. */
export interface Screen {
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

interface Running {
  readonly node: NodeLabel;
  readonly since: number;
}

const frameMs = 100;
const eraseLine = '\r\u001b[2K';
const up = '\u001b[1A';

/**
 * A line at the bottom of a terminal while nodes run: a bar, how many are done, which run and for how long. Other lines are written above it.
 * `write` is the only way to the screen from `start` on.
 */
export class LiveProgress {
  readonly #screen: Screen;
  readonly #now: () => number;
  readonly #paint: (text: string) => string;
  readonly #running = new Map<string, Running>();
  #done = 0;
  #total = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The width of what stands on the screen; 0 for nothing. */
  #drawn = 0;

  /** `paint` takes the colours away where there shall be none. */
  constructor(screen: Screen, now: () => number, paint: (text: string) => string = (text) => text) {
    this.#screen = screen;
    this.#now = now;
    this.#paint = paint;
  }

  /** Follows a run. */
  handle(event: RunEvent): void {
    if (event.kind === 'run-started') this.#start(event.total);
    else if (event.kind === 'node-started') this.#running.set(event.node.id, { node: event.node, since: this.#now() });
    else if (event.kind === 'node-finished') {
      this.#running.delete(event.node.id);
      this.#done += 1;
    } else if (event.kind === 'run-finished') this.stop();
  }

  /** Writes whole lines above the progress line, all in one piece: what is drawn between two pieces flickers. */
  write(text: string): void {
    const erased = this.#erased();
    this.#screen.write(erased + text + (this.#timer === undefined ? '' : this.#line()));
  }

  /** Takes the line away. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    const erased = this.#erased();
    if (erased !== '') this.#screen.write(erased);
  }

  /** A further run on the same screen (`watch`) counts from nothing. */
  #start(total: number): void {
    this.#running.clear();
    this.#done = 0;
    this.#total = total;
    this.#done = 0;
    this.#running.clear();
    this.#timer ??= setInterval(() => this.#draw(), frameMs);
    this.#timer.unref();
  }

  #draw(): void {
    const erased = this.#erased();
    this.#screen.write((erased === '' ? '\r' : erased) + this.#line());
  }

  #line(): string {
    const columns = this.#screen.columns ?? 80;
    const line = this.#paint(progressLine([...this.#running.values()], this.#done, this.#total, this.#now(), columns));
    this.#drawn = textWidth(line);
    return line;
  }

  /** What takes the line off the screen. A terminal that became narrower since has broken it into several. */
  #erased(): string {
    if (this.#drawn === 0) return '';
    const rows = Math.ceil(this.#drawn / Math.max(1, this.#screen.columns ?? 80));
    this.#drawn = 0;
    return eraseLine + (up + eraseLine).repeat(Math.max(0, rows - 1));
  }
}

const widestBar = 24;
const leastBar = 6;
const widestName = 28;

/** `━━━━━━──────  5/13  orders 1.2s, customers 0.3s`, always narrower than the terminal. */
export function progressLine(
  running: readonly Running[],
  done: number,
  total: number,
  now: number,
  columns: number,
): string {
  const bar = Math.max(leastBar, Math.min(widestBar, Math.floor(columns / 4)));
  const filled = total === 0 ? 0 : Math.round((bar * Math.min(done, total)) / total);
  const count = `${done}/${total}`;
  const room = Math.max(0, columns - bar - count.length - 4);
  const text = runningText(running, now, room);
  return `${green('━'.repeat(filled))}${dim('━'.repeat(bar - filled))} ${bold(count)}${text === '' ? '' : `  ${text}`}`;
}

/** As many of the running nodes as fit, longest running first, and how many more there are. The first is cut where even it does not fit. */
function runningText(running: readonly Running[], now: number, room: number): string {
  const oldestFirst = [...running].sort((a, b) => a.since - b.since);
  const shown: string[] = [];
  for (const { node, since } of oldestFirst) {
    const time = ` ${((now - since) / 1000).toFixed(1)}s`;
    const more = oldestFirst.length - shown.length > 1 ? 5 : 0;
    const free = room - textWidth(shown.join(', ')) - (shown.length > 0 ? 2 : 0) - more - time.length;
    const left = Math.min(free, widestName);
    const isFirst = shown.length === 0;
    if (left < (isFirst ? 4 : Math.min(widestName, textWidth(node.name)))) break;
    shown.push(`${cutMiddle(node.name, left)}${time}`);
  }
  const rest = oldestFirst.length - shown.length;
  const parts = [...shown, ...(rest > 0 ? [`+${rest}`] : [])].join(', ');
  return textWidth(parts) <= room ? parts : '';
}
