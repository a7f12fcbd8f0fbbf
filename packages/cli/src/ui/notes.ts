import type { LogLine } from './log-line.ts';

/** The version of the shape of events (docs/events.schema.json). dbt's `log_version` counts the envelope, which is dbt's. */
export const eventsVersion = 1;

/** The first line of a command. */
export function versionLine(version: string): LogLine {
  const data = { version: `=${version}`, log_version: 3, events_version: eventsVersion };
  return { level: 'info', name: 'MainReportVersion', code: 'A001', text: `Running with eider=${version}`, data };
}

/** What a project holds: `Found 6 models, 1 seed, …`. */
export function foundLine(text: string): LogLine {
  const data = { stat_line: text.replace(/^Found /, '') };
  return { level: 'info', name: 'FoundStats', code: 'W006', text, data };
}

/** The flags that a command runs with, for logs. */
export function argsLine(args: Readonly<Record<string, unknown>>): LogLine {
  const texts = Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value ?? null),
    ]),
  );
  const text = `running eider with arguments ${JSON.stringify(texts)}`;
  return { level: 'debug', name: 'MainReportArgs', code: 'A002', text, data: { args: texts } };
}

/** A selection without a node. */
export const nothingToDo: LogLine = {
  level: 'warn',
  name: 'NothingToDo',
  code: 'Q035',
  text: 'Nothing to do. Try checking your model configs and model specification args',
  data: {},
};

/** A list without a node. */
export const noNodesSelected: LogLine = {
  level: 'warn',
  name: 'NoNodesSelected',
  code: 'Q038',
  text: 'No nodes selected!',
  data: {},
};

/** A macro that `run-operation` called failed; what is wrong is told after it. */
export function operationFailed(exc: string): LogLine {
  const text = 'Encountered an error while running operation';
  return { level: 'error', name: 'RunningOperationCaughtError', code: 'Q001', text, data: { exc } };
}

/** The last line of a command, for logs and scripts. `elapsedMs` since it began. */
export function completedLine(command: string, success: boolean, at: Date, elapsedMs: number): LogLine {
  const [elapsed, time] = [elapsedMs / 1000, at.toISOString()];
  const text = `Command \`${command}\` ${success ? 'succeeded' : 'failed'} at ${time.slice(11, 23)} after ${elapsed.toFixed(2)} seconds`;
  const data = { command, completed_at: time, elapsed, success };
  return { level: 'debug', name: 'CommandCompleted', code: 'Q039', text, data };
}
