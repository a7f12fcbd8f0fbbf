import { canMeet, type EditTask, fileLocation } from '@eider/delta';
import { quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import { type EditSql, meetingsQuery } from './edit-query.ts';

/**
 * Which rows of a source and of a table meet: a temporary table of a connection with `_eider_file` (an ENUM of locations, so that a file is a small number), `_eider_row`, `_eider_origin`
 * (the source's rowid) and `_eider_fate` (the arm that takes the row, 0 for none). Looked for once, it tells which files change, which rows stay and which come in.
 */
export interface Meetings {
  readonly relation: string;
  /** The ENUM's name. */
  readonly fileType: string;
}

/** Whether an edit's meetings can be kept: its source is a table, whose rows have numbers, and rows that nothing meets stay. */
export function keepsMeetings({ edit, source }: EditTask, held: ReadonlySet<string>): boolean {
  return (
    canMeet(edit) &&
    (edit.unmatched ?? []).length === 0 &&
    source !== undefined &&
    held.has(source.relation) &&
    !source.schema.fields.some(({ name }) => name.toLowerCase() === 'rowid')
  );
}

/** Looks for all meetings of an edit. The names are the source's own, and `dropMeetings` forgets them. */
export async function findMeetings(
  connection: Pick<Connection, 'query'>,
  sql: EditSql,
  { files, snapshot }: EditTask,
): Promise<Meetings> {
  const relation = `${sql.source?.relation}_met`;
  const fileType = `${sql.source?.relation}_file`;
  const locations = new Set(files.map(({ path }) => fileLocation(snapshot?.root ?? '', path)));
  await dropMeetings(connection, { relation, fileType });
  await connection.query(`CREATE TEMP TYPE ${fileType} AS ENUM (${[...locations].map(quoteText).join(', ')})`);
  await connection.query(`CREATE TEMP TABLE ${relation} AS ${meetingsQuery(sql, fileType)}`);
  return { relation, fileType };
}

export async function dropMeetings(
  connection: Pick<Connection, 'query'>,
  { fileType, relation }: Meetings,
): Promise<void> {
  await connection.query(`DROP TABLE IF EXISTS ${relation}`);
  await connection.query(`DROP TYPE IF EXISTS ${fileType}`);
}
