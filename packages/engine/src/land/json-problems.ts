import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { type Diagnostic, error } from '@eider/core';
import { quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import type { BatchFile } from './batch-files.ts';

/** The lines of a file of newline-delimited JSON; empty ones are passed over. */
async function* linesOf({ path }: BatchFile): AsyncGenerator<{ readonly line: number; readonly text: string }> {
  const bytes = createReadStream(path);
  const input = /\.gz$/i.test(path) ? bytes.pipe(createGunzip()) : bytes;
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (text.trim() !== '') yield { line, text };
  }
}

/** Why DuckDB could not read a JSON file: every line that is no JSON, or the place where a document breaks off. Empty where JavaScript reads all of it. */
export async function brokenLines(file: BatchFile): Promise<readonly Diagnostic[]> {
  const problems: Diagnostic[] = [];
  let first = true;
  for await (const { line, text } of linesOf(file)) {
    if (first && text.trimStart().startsWith('[')) return [];
    first = false;
    const why = faultOf(text);
    if (why !== undefined) problems.push(problem(file, line, why));
  }
  return problems;
}

function faultOf(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'it is no JSON object';
  } catch (cause) {
    return `it is no JSON (${(cause as Error).message})`;
  }
}

const problem = ({ name }: BatchFile, line: number, why: string, column = 1): Diagnostic =>
  error('engine/landing', `Line ${line} of ${name} cannot be landed: ${why}.`, { place: { file: name, line, column } });

/** A column whose values the table holds as a type that they are not of. */
export interface WantedType {
  readonly column: string;
  /** In DuckDB's words. */
  readonly type: string;
}

/** How many lines are asked about at once, and how many are told of each file. */
const atOnce = 1000;
const told = 100;

/** The lines whose values are not of the table's types. */
export async function unfitLines(
  connection: Connection,
  file: BatchFile,
  wanted: readonly WantedType[],
): Promise<readonly Diagnostic[]> {
  const problems: Diagnostic[] = [];
  let batch: { line: number; text: string }[] = [];
  const ask = async (): Promise<void> => {
    const rows = batch.map(({ line, text }) => `(${line}, ${quoteText(text)})`).join(', ');
    batch = [];
    if (rows === '') return;
    for (const { column, type } of wanted) {
      const value = `(text::JSON ->> ${quoteText(column)})`;
      const found = await connection.query(
        `SELECT line, ${value} FROM (VALUES ${rows}) AS lines(line, text) WHERE ${value} IS NOT NULL AND TRY_CAST(${value} AS ${type}) IS NULL ORDER BY line`,
      );
      for (const [line, text] of found.rows)
        problems.push(problem(file, Number(line), `"${column}" is ${JSON.stringify(text)}, and the table has ${type}`));
    }
  };
  for await (const line of linesOf(file)) {
    if (line.text.trimStart().startsWith('[')) break;
    batch.push(line);
    if (batch.length >= atOnce) await ask();
    if (problems.length >= told) break;
  }
  await ask();
  return problems.slice(0, told);
}
