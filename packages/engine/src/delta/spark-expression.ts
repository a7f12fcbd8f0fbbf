/** A condition as Spark writes it, for DuckDB: names in backticks, texts in double quotes too, backslashes that escape. What it means is the same where DuckDB knows its functions. */
export function sparkExpression(text: string): string {
  return text.replace(
    /`((?:[^`]|``)*)`|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.|'')*)'/gs,
    (_whole, name, double, single) => {
      if (name !== undefined) return `"${name.replaceAll('``', '`').replaceAll('"', '""')}"`;
      const value = (double ?? single.replaceAll("''", "\\'")) as string;
      return `'${value.replace(/\\(.)/gs, (_, char: string) => escapes[char] ?? char).replaceAll("'", "''")}'`;
    },
  );
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', '0': '\0' };
