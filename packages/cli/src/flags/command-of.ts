import { flagTable } from './flag-table.ts';

/** Spellings of flags whose value is the word after them. */
const withValue: ReadonlySet<string> = new Set(
  Object.values(flagTable).flatMap(({ aliases = [], kind, long, short }) =>
    kind.placeholder.startsWith('<') ? [long, ...aliases, ...(short === undefined ? [] : [short])] : [],
  ),
);

/** The command of a command line as it was typed, readable or not: the first word that is one and no flag's value. */
export function commandOf(argv: readonly string[], commands: ReadonlySet<string>): string | undefined {
  return argv.find((word, i) => commands.has(word) && !withValue.has(argv[i - 1] ?? ''));
}
