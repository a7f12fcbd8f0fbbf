import { DeltaError } from '../errors.ts';
import type { Action } from './actions.ts';

/**
 * The actions of a log entry: one JSON object a line. `name` is the entry's, for errors.
 * Throws `delta/broken-log` for a line that is no action. Actions that the protocol does not know are passed over, as it asks.
 * @param passed a kind of action that is left out unread, where its line begins so
 */
export function parseActions(text: string, name: string, passed?: string): readonly Action[] {
  const actions: Action[] = [];
  const head = passed === undefined ? undefined : `{"${passed}":`;
  for (const [index, part] of text.split('\n').entries()) {
    if (head !== undefined && part.startsWith(head)) continue;
    if (part !== '' && part.trim() !== '') actions.push(parseLine(part, name, index + 1));
  }
  return actions;
}

function parseLine(text: string, name: string, line: number): Action {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw broken(name, line, `it is no JSON (${(cause as Error).message})`, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw broken(name, line, 'it is no JSON object');
  }
  const why = faultOf(value as Action);
  if (why !== undefined) throw broken(name, line, why);
  return value as Action;
}

/** What keeps a record from being an action; undefined where nothing does. Fields that nobody here reads are not looked at. */
export function faultOf({ add, remove, metaData, protocol, txn, domainMetadata }: Action): string | undefined {
  if (add) return typeof add.path === 'string' ? undefined : 'its "add" has no path';
  if (remove) return typeof remove.path === 'string' ? undefined : 'its "remove" has no path';
  if (metaData) {
    // Databricks' pipelines begin a table without one, and bring it in the next version.
    if (typeof (metaData.schemaString ?? '') !== 'string') return 'its "metaData" has a schemaString that is no text';
    return Array.isArray(metaData.partitionColumns) ? undefined : 'its "metaData" has no partitionColumns';
  }
  if (protocol) {
    const { minReaderVersion, minWriterVersion } = protocol;
    return Number.isInteger(minReaderVersion) && Number.isInteger(minWriterVersion)
      ? undefined
      : 'its "protocol" has no versions';
  }
  if (txn) return typeof txn.appId === 'string' ? undefined : 'its "txn" has no appId';
  if (domainMetadata) {
    return typeof domainMetadata.domain === 'string' ? undefined : 'its "domainMetadata" has no domain';
  }
  return undefined;
}

function broken(name: string, line: number, why: string, cause?: unknown): DeltaError {
  return new DeltaError(
    'delta/broken-log',
    `Line ${line} of ${name} cannot be read: ${why}.`,
    'Another program changed the log. Bring the file back from a backup; readers cannot go on without it.',
    { cause },
  );
}

/** A log entry's text: the actions, one a line, each line ended. */
export function actionLines(actions: readonly Action[]): string {
  return actions.map((action) => `${JSON.stringify(action)}\n`).join('');
}
