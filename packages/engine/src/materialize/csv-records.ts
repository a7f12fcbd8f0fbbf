/** One record of a CSV file: the line that it begins on, counted from 1, and its fields. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
  /** A quote in it is never closed: where it opens. */
  readonly openQuote?: { readonly line: number; readonly column: number };
}

/** The records of a CSV text (RFC 4180: `"` quotes, doubled inside), blank lines left out. A quote that never closes takes the rest of the text, as Python's reader has it. */
export function* csvRecords(text: string, delimiter: string): Generator<CsvRecord> {
  let position = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (position < text.length) {
    const start = line;
    const wasQuoted = text[position] === '"';
    const fields: string[] = [];
    let more = true;
    let openQuote: CsvRecord['openQuote'];
    while (more) {
      const field = readField(text, position, delimiter);
      fields.push(field.value);
      if (field.isOpen) openQuote = { line, column: position - text.lastIndexOf('\n', position - 1) };
      line += field.lines;
      position = field.end;
      more = text.startsWith(delimiter, position);
      if (more) position += delimiter.length;
    }
    const lineEnd = /^(\r\n|\n|\r)/.exec(text.slice(position, position + 2))?.[0] ?? '';
    position += lineEnd.length;
    line += 1;
    // `""` is a field without text, and no blank line.
    if (fields.length > 1 || fields[0] !== '' || wasQuoted)
      yield { line: start, fields, ...(openQuote && { openQuote }) };
  }
}

interface Field {
  readonly value: string;
  readonly end: number;
  readonly lines: number;
  /** Whether its quote is never closed. */
  readonly isOpen?: boolean;
}

function readField(text: string, start: number, delimiter: string): Field {
  if (text[start] !== '"') return plainField(text, start, delimiter);
  let value = '';
  let position = start + 1;
  for (;;) {
    const quote = text.indexOf('"', position);
    if (quote < 0) {
      value += text.slice(position);
      return { value, end: text.length, lines: countLines(value), isOpen: true };
    }
    value += text.slice(position, quote);
    if (text[quote + 1] !== '"') {
      const rest = plainField(text, quote + 1, delimiter);
      return { value: value + rest.value, end: rest.end, lines: countLines(value) };
    }
    value += '"';
    position = quote + 2;
  }
}

function plainField(text: string, start: number, delimiter: string): Field {
  let end = start;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r' && !text.startsWith(delimiter, end)) end += 1;
  return { value: text.slice(start, end), end, lines: 0 };
}

function countLines(text: string): number {
  return text.split(/\r\n|\n|\r/).length - 1;
}
