import type { CommanderError } from 'commander';
import { UsageError } from './usage-error.ts';

const says: readonly (readonly [code: string, pattern: RegExp, message: string, hint: string])[] = [
  [
    'commander.unknownOption',
    /unknown option '([^']+)'/,
    'There is no option $1 here.',
    '`--help` behind the command lists its options.',
  ],
  [
    'commander.unknownCommand',
    /unknown command '([^']+)'/,
    'There is no command "$1".',
    '`eider --help` lists the commands.',
  ],
  [
    'commander.excessArguments',
    /too many arguments for '([^']+)'/,
    'More words stand behind "$1" than it takes.',
    'Nodes are named with --select; a value with spaces needs quotes.',
  ],
  [
    'commander.optionMissingArgument',
    /option '([^']+)' argument missing/,
    'The option $1 needs a value.',
    'Write it behind the option.',
  ],
  [
    'commander.missingArgument',
    /missing required argument '([^']+)'/,
    'The word "$1" is missing.',
    '`--help` behind the command shows what it takes.',
  ],
];

/** What commander refuses, in our words; null for its ways to print help and the version. */
export function commandLineError({ code, message }: CommanderError, argv: readonly string[]): UsageError | null {
  if (/^commander\.(help|version)/.test(code)) return null;
  const meant = argv.find((word) => /^-[a-z][a-z-]{2,}(=|$)/.test(word));
  if (code === 'commander.excessArguments' && meant !== undefined)
    return new UsageError(`${meant} has one dash in front.`, `Write -${meant}.`);
  const [, option, value] = /unknown option '(--[\w-]+)=(.*)'/.exec(message) ?? [];
  if (code === 'commander.unknownOption' && option !== undefined && value !== undefined)
    return new UsageError(
      `There is no option ${option} here that takes a value.`,
      `Write ${option} alone, or see --help.`,
    );
  const [, near] = /\(Did you mean (?:one of )?(.+)\?\)/.exec(message) ?? [];
  for (const [known, pattern, words, advice] of says) {
    const found = pattern.exec(message);
    if (code !== known || found === null) continue;
    const hint = near === undefined ? advice : `Did you mean ${near}?`;
    return new UsageError(words.replace('$1', found[1] ?? ''), hint);
  }
  return new UsageError(message.replace(/^error: /, ''));
}
