import { quoteText } from '@eider/core';

export { quoteText };

/** An identifier for SQL, always quoted: `a"b` becomes `"a""b"`. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A list of string literals: `['a', 'b']`. */
export function quoteList(texts: readonly string[]): string {
  return `[${texts.map(quoteText).join(', ')}]`;
}

/** A relation's name with those of its parts that are given: `"db"."main"."orders"`. */
export function quoteRelation(name: {
  readonly database?: string | null;
  readonly schema?: string | null;
  readonly identifier: string;
}): string {
  return [name.database, name.schema, name.identifier]
    .filter((part): part is string => typeof part === 'string' && part !== '')
    .map(quoteName)
    .join('.');
}
