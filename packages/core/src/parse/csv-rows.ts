/** The records of a CSV text as Python's `csv.DictReader` gives them: the first line names the columns, lines without a field count for nothing, what a line lacks is none. */
export function csvRows(text: string): Record<string, string | null>[] {
  const [names = [], ...lines] = csvLines(text).filter((line) => line.length > 0);
  return lines.map((line) => Object.fromEntries(names.map((name, at) => [name, line[at] ?? null])));
}

/** Fields of each line: quoted ones may hold commas, doubled quotes and line ends. An empty line has no field. */
function csvLines(text: string): string[][] {
  const lines: string[][] = [];
  let fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"?([^,\r\n]*)|([^,\r\n]*))(,|\r\n|\n|\r|$)/y;
  while (field.lastIndex < text.length || fields.length > 0) {
    const [, quoted, rest = '', plain = '', end] = field.exec(text) ?? [];
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"') + rest);
    if (end === ',') continue;
    lines.push(fields.length === 1 && fields[0] === '' && quoted === undefined ? [] : fields);
    fields = [];
    if (end === '' || end === undefined) break;
  }
  return lines;
}
