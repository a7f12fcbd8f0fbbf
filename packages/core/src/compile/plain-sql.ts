/**
 * SQL without comments, and with one space wherever there is white space: two texts that come out equal say the same. Null where that is not certain:
 * escapes, dollar quotes, comments inside comments, texts in a row (a line break joins them), and SQL that asks for its own text.
 */
export function plainSql(sql: string): string | null {
  if (/current_query/i.test(sql)) return null;
  let plain = '';
  for (let at = 0; at < sql.length; ) {
    const part = partAt(sql, at);
    if (part === null) return null;
    at += part.length;
    if (!isSpace(part)) plain += part;
    else if (!plain.endsWith(' ')) plain += ' ';
  }
  return /' '/.test(plain) ? null : plain.trim();
}

const parts: readonly RegExp[] = [
  /\s+|--[^\n]*|\/\*(?:(?!\/\*|\*\/)[\s\S])*\*\//y,
  /'(?:[^']|'')*'(?!')|"(?:[^"]|"")*"(?!")/y,
  /[^\s'"$/\-\\]+|\/(?!\*)|-(?!-)|\$(?=\d)/y,
];

/** The white space, comment, quoted text or other text that begins at an offset; null for what none of these is. */
function partAt(sql: string, at: number): string | null {
  for (const pattern of parts) {
    pattern.lastIndex = at;
    const found = pattern.exec(sql)?.[0];
    if (found !== undefined && found !== '') return isEscaped(sql, at, found) ? null : found;
  }
  return null;
}

/** `E'…'` reads backslashes. */
function isEscaped(sql: string, at: number, part: string): boolean {
  return part.startsWith("'") && part.includes('\\') && /e$/i.test(sql.slice(0, at));
}

function isSpace(part: string): boolean {
  return /^(?:\s|--|\/\*)/.test(part);
}
