import type { Diagnostic } from '@eider/core';
import type { RunEvent } from '@eider/engine';
import type { Flags } from '../flags/flags.ts';
import type { Host } from '../host.ts';
import { wantsColors, withoutColors, yellow } from './colors.ts';
import { diagnosticLine } from './diagnostic-lines.ts';
import { debugText, jsonLines, type LineFormat, timedText } from './line-formats.ts';
import { LiveProgress } from './live-progress.ts';
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
  findings(diagnostics: readonly Diagnostic[]): void;
  event(event: RunEvent): void;
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
}

/** What became of the catalog: a block of its own. */
const outcomes: ReadonlySet<RunEvent['kind']> = new Set(['withheld', 'dropped', 'published']);

type Sink = (line: LogLine) => void;

/** A reporter as the flags ask for it: live progress where the terminal can show it and nothing asks for plain lines. */
export function createReporter(options: ReporterOptions): Reporter {
  const { flags, host } = options;
  const colors = wantsColors(flags.useColors, host.env, host.stdout.isTTY === true);
  const plainFormat = flags.logFormat === 'default' || flags.logFormat === 'text';
  const live = host.stdout.isTTY === true && plainFormat && !flags.quiet && host.env.TERM !== 'dumb' && !host.env.CI;
  const progress = live ? new LiveProgress(host.stdout, () => host.now().getTime()) : undefined;
  const terminal = terminalSink(options, colors, progress);
  const { logFolder } = options;
  const sinks: readonly Sink[] = logFolder === null ? [terminal] : [terminal, fileSink(options, logFolder, terminal)];
  const line = (one: LogLine): void => {
    for (const sink of sinks) sink(one);
  };
  let wasOutcome = false;
  return {
    line,
    say: (text, data = {}) => line({ level: 'info', name: 'Note', code: 'L000', text, data: { msg: text, ...data } }),
    warn: (text) => line({ level: 'warn', name: 'Note', code: 'L000', text: yellow(text), data: { msg: text } }),
    result: (text) => line({ level: 'info', name: 'PrintEvent', code: 'Z052', text, data: { msg: text }, plain: true }),
    findings: (diagnostics) => {
      for (const diagnostic of diagnostics) line(diagnosticLine(diagnostic));
    },
    event(event) {
      progress?.handle(event);
      const isOutcome = outcomes.has(event.kind);
      if (isOutcome && !wasOutcome) line(blank);
      wasOutcome = isOutcome;
      for (const one of runLines(event, flags.printerWidth)) line(one);
    },
    close: () => progress?.stop(),
  };
}

function terminalSink(
  { flags, host, scrubber, invocationId }: ReporterOptions,
  colors: boolean,
  progress: LiveProgress | undefined,
): Sink {
  const format = formatOf(flags.logFormat, invocationId, host);
  const least = flags.quiet ? 'error' : flags.debug ? 'debug' : flags.logLevel;
  return (line) => {
    if (!reaches(line, least) || (progress !== undefined && line.transient === true)) return;
    const text = scrubber.scrub(format(line, host.now()));
    const shown = colors ? text : withoutColors(text);
    if (progress === undefined) host.stdout.write(shown);
    else progress.write(shown);
  };
}

function fileSink({ flags, host, scrubber, invocationId }: ReporterOptions, logFolder: string, terminal: Sink): Sink {
  const format = formatOf(flags.logFormatFile, invocationId, host);
  const file = openLogFile(logFolder, flags.logFileMaxBytes, (text) =>
    terminal({ level: 'warn', name: 'LogFileFailed', code: 'L004', text, data: { msg: text } }),
  );
  return (line) => {
    if (reaches(line, flags.logLevelFile) && flags.logLevelFile !== 'none')
      file.append(scrubber.scrub(withoutColors(format(line, host.now()))));
  };
}

function formatOf(format: Flags['logFormat'], invocationId: string, host: Host): LineFormat {
  if (format === 'json') return jsonLines(invocationId, host.pid);
  return format === 'debug' ? debugText : timedText;
}
