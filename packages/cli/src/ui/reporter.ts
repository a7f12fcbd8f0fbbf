import type { Diagnostic } from '@eider/core';
import type { RunEvent } from '@eider/engine';
import type { Flags } from '../flags/flags.ts';
import type { Host } from '../host.ts';
import { wantsColors, withoutColors, yellow } from './colors.ts';
import { diagnosticLine } from './diagnostic-lines.ts';
import type { FindingsDocument } from './findings-document.ts';
import { debugText, jsonLines, type LineFormat, screenText, timedText } from './line-formats.ts';
import { LiveProgress, type Screen } from './live-progress.ts';
import { openLogFile } from './log-file.ts';
import { blank, type LogLine, reaches } from './log-line.ts';
import { runLines } from './run-lines.ts';
import type { Scrubber } from './scrubber.ts';

/** The one way out for everything that a command says: terminal and log file, each with its level and format, secrets taken out. */
export interface Reporter {
  line(line: LogLine): void;
  /** An information line without a name of its own. */
  say(text: string, data?: Readonly<Record<string, unknown>>): void;
  /** A warning without a place. */
  warn(text: string): void;
  /** A result for the next program in a pipe: no time in front, never quieted. */
  result(text: string): void;
  /** Results one after another, in one write. */
  results(texts: readonly string[]): void;
  findings(diagnostics: readonly Diagnostic[]): void;
  event(event: RunEvent): void;
  /** Shows live progress of an event, and no line. */
  progress(event: RunEvent): void;
  /** Takes live progress off the screen. */
  close(): void;
}

export interface ReporterOptions {
  readonly flags: Flags;
  readonly host: Host;
  readonly scrubber: Scrubber;
  readonly invocationId: string;
  /** Absolute folder of the log file; null for none. */
  readonly logFolder: string | null;
  /** Collects what is found; then the terminal gets results alone. */
  readonly document?: FindingsDocument | undefined;
}

/** What became of the catalog: a block of its own. */
const outcomes: ReadonlySet<RunEvent['kind']> = new Set(['withheld', 'dropped', 'published']);

type Sink = (lines: readonly LogLine[]) => void;

/** A reporter as the flags ask for it: live progress where the terminal can show it and nothing asks for plain lines. */
export function createReporter(options: ReporterOptions): Reporter {
  const { flags, host, logFolder } = options;
  const colors = wantsColors(flags.useColors, host.env, host.stdout.isTTY === true);
  const paint = colors ? (text: string): string => text : withoutColors;
  const progress = showsProgress(options)
    ? new LiveProgress(screenOf(host), () => host.now().getTime(), paint)
    : undefined;
  // A second Ctrl-C, or a bug of ours, leaves no half line before the shell's prompt.
  host.onExit?.(() => progress?.stop());
  const terminal = terminalSink(options, paint, progress);
  const sinks: readonly Sink[] = logFolder === null ? [terminal] : [terminal, fileSink(options, logFolder, terminal)];
  const lines = (all: readonly LogLine[]): void => {
    for (const sink of sinks) sink(all);
  };
  const line = (one: LogLine): void => lines([one]);
  const note = (level: LogLine['level'], text: string, msg: string, data = {}): void =>
    line({ level, name: 'Note', code: 'Z050', text, data: { msg, ...data } });
  let wasOutcome = false;
  return {
    line,
    say: (text, data) => note('info', text, text, data),
    warn: (text) => note('warn', yellow(text), text),
    result: (text) => line(printed(text)),
    results: (texts) => lines(texts.map(printed)),
    findings: (diagnostics) => {
      options.document?.add(diagnostics);
      lines(diagnostics.map(diagnosticLine));
    },
    event(event) {
      progress?.handle(event);
      const isOutcome = outcomes.has(event.kind);
      if (isOutcome && !wasOutcome) line(blank);
      wasOutcome = isOutcome;
      for (const one of runLines(event, { width: flags.printerWidth, now: host.now() })) line(one);
    },
    progress: (event) => progress?.handle(event),
    close: () => progress?.stop(),
  };
}

/** The terminal, asked for its width each time: what node remembers is old for a moment after a resize. */
function printed(text: string): LogLine {
  return { level: 'info', name: 'PrintEvent', code: 'Z052', text, data: { msg: text }, plain: true };
}

function screenOf({ stdout }: Host): Screen {
  return {
    get columns() {
      return columnsOf(stdout);
    },
    write: (text) => stdout.write(text),
  };
}

function columnsOf(stdout: NodeJS.WriteStream & { readonly _refreshSize?: () => void }): number {
  // Timers come before signals in a turn of the event loop: a frame would be drawn for the size before the resize, and leave half of the last one.
  stdout._refreshSize?.();
  return stdout.columns || 80;
}

/** Whether stdout is a screen that text can be laid out for. */
function isScreen({ flags, host }: ReporterOptions): boolean {
  return (
    host.stdout.isTTY === true && host.env.TERM !== 'dumb' && ['default', 'text'].includes(flags.logFormat ?? 'default')
  );
}

function showsProgress(options: ReporterOptions): boolean {
  const { flags, host } = options;
  return isScreen(options) && !flags.quiet && reachesInfo(flags) && !host.env.CI;
}

function reachesInfo(flags: Flags): boolean {
  return ['debug', 'info'].includes(leastOnTerminal(flags));
}

function leastOnTerminal({ debug, logLevel, quiet }: Flags): LogLine['level'] | 'none' {
  return quiet ? 'error' : debug ? 'debug' : (logLevel ?? 'info');
}

function terminalSink(
  options: ReporterOptions,
  paint: (text: string) => string,
  progress: LiveProgress | undefined,
): Sink {
  const { flags, host, scrubber } = options;
  const format = isScreen(options)
    ? screenText(() => columnsOf(host.stdout), flags.printerWidth)
    : formatOf(flags.logFormat ?? 'default', options);
  const least = leastOnTerminal(flags);
  const resultsAlone = options.document !== undefined;
  const isShown = (line: LogLine): boolean =>
    (!resultsAlone || line.plain === true) &&
    reaches(line, least) &&
    (progress === undefined || line.transient !== true);
  return (lines) => {
    const shown = lines.filter(isShown).map((line) => paint(scrubber.scrub(format(line, host.now()))));
    if (shown.length === 0) return;
    if (progress === undefined) host.stdout.write(shown.join(''));
    else progress.write(shown.join(''));
  };
}

/** As dbt does: the file follows the terminal's format, level and colours where they are asked for and its own are not. */
function fileSink(options: ReporterOptions, logFolder: string, terminal: Sink): Sink {
  const { flags, host, invocationId, scrubber } = options;
  const name = flags.logFormatFile ?? flags.logFormat ?? 'debug';
  const format = formatOf(name, options);
  const least = flags.logLevelFile ?? flags.logLevel ?? 'debug';
  const paint = (flags.useColorsFile ?? flags.useColors ?? false) ? (text: string): string => text : withoutColors;
  const file = openLogFile(logFolder, flags.logFileMaxBytes, (text) =>
    terminal([{ level: 'warn', name: 'LogFileFailed', code: 'L004', text: yellow(text), data: { msg: text } }]),
  );
  let isNew = name !== 'json';
  return (lines) => {
    const written = least === 'none' ? [] : lines.filter((line) => reaches(line, least));
    if (written.length === 0) return;
    const rule = '='.repeat(30);
    const head = isNew ? `${rule} ${host.now().toISOString()} | ${invocationId} ${rule}\n` : '';
    isNew = false;
    file.append(head + written.map((line) => scrubber.scrub(paint(format(line, host.now())))).join(''));
  };
}

function formatOf(
  format: NonNullable<Flags['logFormat']>,
  { host, invocationId }: Pick<ReporterOptions, 'host' | 'invocationId'>,
): LineFormat {
  if (format === 'json') return jsonLines(invocationId, host.pid);
  return format === 'debug' ? debugText : timedText;
}
