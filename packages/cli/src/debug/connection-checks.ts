import { error, type Target, warning } from '@eider/core';
import type { DatabaseReport, EntryReport, SessionReport } from '@eider/engine';
import { type Check, checkOf } from './check.ts';

/** What became of each entry of the target, and of its database. `needsDatabase` null: the project could not be read, so nobody knows. */
export function connectionChecks(
  target: Target,
  report: SessionReport,
  needsDatabase: boolean | null,
): readonly Check[] {
  const entries = report.entries.map(entryCheck);
  const failed = entries.filter(({ status }) => status === 'failed').length;
  const refused =
    failed === 0 ? 'connection ok' : `${failed} ${failed === 1 ? 'entry' : 'entries'} of the target refused`;
  const connection = checkOf('connection', 'Connection test', refused, { status: failed === 0 ? 'ok' : 'failed' });
  return [
    checkOf('connection', 'DuckDB', [report.duckdb, report.platform].filter((text) => text !== null).join(' '), {
      facts: connectionFacts(target),
    }),
    databaseCheck(report.database, needsDatabase),
    ...entries,
    connection,
  ];
}

function connectionFacts({ database, path, schema, threads }: Target): readonly string[] {
  return [
    `database: ${database}`,
    `schema: ${schema}`,
    `path: ${/[=@]/.test(path) ? '*****' : path}`,
    `threads: ${threads}`,
  ];
}

const sections = {
  ca_cert_file: 'settings',
  config_options: 'settings',
  extensions: 'extensions',
  settings: 'settings',
  secrets: 'secrets',
  attach: 'attached',
} as const;

const accepted = {
  ca_cert_file: 'trusted',
  config_options: 'accepted',
  extensions: 'loaded',
  settings: 'accepted',
  secrets: 'created',
  attach: 'attached',
} as const;

function entryCheck({ detail, failure, kind, name }: EntryReport): Check {
  const section = sections[kind];
  if (failure !== null) return checkOf(section, name, 'refused', { status: 'failed', findings: [failure] });
  // What a setting is set to may be a secret; an extension's origin is the point of the line.
  const more = kind === 'extensions' && detail !== null ? `: ${detail}` : '';
  return checkOf(section, name, `${accepted[kind]}${more}`);
}

function databaseCheck(report: DatabaseReport, isNeeded: boolean | null): Check {
  const { kind, path, problem, relations } = report;
  const name = 'working database';
  const shown = /[=@]/.test(path) ? '*****' : path;
  const of = (detail: string, more: Parameters<typeof checkOf>[3] = {}): Check =>
    checkOf('connection', name, detail, { facts: [shown], ...more });
  if (kind === 'memory') return checkOf('connection', name, 'in memory');
  if (kind === 'remote') return of('a URI: opened when nodes run', { status: 'skipped' });
  if (kind === 'missing')
    return of(isNeeded === false ? 'not there, and not needed' : 'not there yet: made by the first build');
  if (kind === 'catalog') return of(`a copy of the catalog, ${relations} relations`);
  if (kind === 'unreadable') {
    const message = `The working database ${shown} cannot be opened: ${problem}.`;
    const hint = 'End the process that holds it, or correct `path` of the target. Builds wait 60 s for a lock.';
    const isHeld = /holds it$/.test(problem ?? '');
    const finding = (isHeld ? warning : error)('engine/database', message, { hint });
    return of(isHeld ? 'held by another process' : 'cannot be opened', {
      status: isHeld ? 'warning' : 'failed',
      findings: [finding],
    });
  }
  if (isNeeded !== false) return of(`${relations ?? 'some'} relations`);
  const message = `The database ${shown} of the profile is no copy of the catalog, so builds leave it as it is.`;
  const finding = warning('engine/database-left', message, {
    hint: 'Move it away to get a copy of the catalog there.',
  });
  return of(`not eider's, ${relations ?? 'some'} relations`, { status: 'warning', findings: [finding] });
}
