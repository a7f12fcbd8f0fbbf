import type { NodeLabel, RunEvent } from '@eider/engine';
import { bold, dim, green } from './colors.ts';

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

/**
 * A line at the bottom of a terminal while nodes run: a bar, how many are done, which run and for how long. Other lines are written above it.
 * `write` is the only way to the screen from `start` on.
 */
export class LiveProgress {
  readonly #screen: Screen;
  readonly #now: () => number;
  readonly #running = new Map<string, Running>();
  #done = 0;
  #total = 0;
  #timer: NodeJS.Timeout | undefined;
  #drawn = false;

  constructor(screen: Screen, now: () => number) {
    this.#screen = screen;
    this.#now = now;
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

  /** Writes whole lines above the progress line. */
  write(text: string): void {
    this.#erase();
    this.#screen.write(text);
    if (this.#timer !== undefined) this.#draw();
  }

  /** Takes the line away. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#erase();
  }

  #start(total: number): void {
    this.#total = total;
    this.#timer ??= setInterval(() => this.#draw(), frameMs);
    this.#timer.unref();
  }

  #draw(): void {
    this.#screen.write(
      `${eraseLine}${progressLine([...this.#running.values()], this.#done, this.#total, this.#now(), this.#screen.columns ?? 80)}`,
    );
    this.#drawn = true;
  }

  #erase(): void {
    if (this.#drawn) this.#screen.write(eraseLine);
    this.#drawn = false;
  }
}

const barWidth = 24;

/** `━━━━━━──────  5/13  orders 1.2s, customers 0.3s`, never wider than the terminal. */
export function progressLine(
  running: readonly Running[],
  done: number,
  total: number,
  now: number,
  columns: number,
): string {
  const filled = total === 0 ? 0 : Math.round((barWidth * done) / total);
  const count = `${done}/${total}`;
  const room = columns - barWidth - count.length - 5;
  const names = running.map(({ node, since }) => `${node.name} ${((now - since) / 1000).toFixed(1)}s`);
  const shown: string[] = [];
  for (const name of names) {
    const more = names.length - shown.length;
    const text = [...shown, name].join(', ');
    if (text.length + (more > 1 ? 5 : 0) > room) break;
    shown.push(name);
  }
  const rest = names.length - shown.length;
  const text = [...shown, ...(rest > 0 ? [`+${rest}`] : [])].join(', ');
  return `${green('━'.repeat(filled))}${dim('━'.repeat(barWidth - filled))} ${bold(count)}  ${text}`;
}
