import type { Flags } from './flags.ts';
import { UsageError } from './usage-error.ts';

/** What a flag's value comes as: from commander, from an environment variable, from YAML. */
export type RawValue = unknown;

/** A kind of value: how commander shows it, and how it is read. `name` says which flag or variable is wrong. */
export interface FlagKind<T> {
  /** Commander's placeholder; empty for a switch. */
  readonly placeholder: string;
  /** The flag may be given several times, and `read` gets them all; of others the last one counts. */
  readonly repeats?: true;
  readonly read: (raw: RawValue, name: string) => T;
  /** What dbt makes of a value of dbt_project.yml that `read` refuses: there it checks nothing. Undefined: as if it were not there. */
  readonly odd?: (raw: RawValue) => T | undefined;
}

export const text: FlagKind<string> = {
  placeholder: '<text>',
  read: (raw) => String(raw),
};

/** Any text, shown as a folder or file. */
export const path: FlagKind<string> = { placeholder: '<path>', read: text.read };

/** YAML text; a mapping that came as data (from dbt_project.yml) is written as JSON, which YAML contains. */
export const yamlText: FlagKind<string> = {
  placeholder: '<yaml>',
  read: (raw) => (typeof raw === 'string' ? raw : jsonText(raw)),
};

/** A value as a message shows it. */
function shown(raw: RawValue): string {
  return typeof raw === 'object' ? jsonText(raw) : String(raw);
}

/** A value of YAML as JSON. Whole numbers that are too large for it come as texts. */
export function jsonText(raw: RawValue): string {
  return JSON.stringify(raw, (_, value) => (typeof value === 'bigint' ? String(value) : value));
}

const truths = new Map([
  ...['1', 'true', 't', 'yes', 'y', 'on'].map((word) => [word, true] as const),
  ...['0', 'false', 'f', 'no', 'n', 'off', ''].map((word) => [word, false] as const),
]);

export const toggle: FlagKind<boolean> = {
  placeholder: '',
  read(raw, name) {
    const value = typeof raw === 'boolean' ? raw : truths.get(String(raw).trim().toLowerCase());
    if (value === undefined)
      throw new UsageError(`${name} is "${shown(raw)}", which is neither true nor false.`, 'Write true or false.');
    return value;
  },
  odd: (raw) => typeof raw !== 'object' || raw === null || Object.keys(raw).length > 0,
};

/** A whole number, at least `least`. */
export function integer(least: number): FlagKind<number> {
  return {
    placeholder: '<number>',
    read(raw, name) {
      const value = Number(raw);
      if (String(raw).trim() === '' || !Number.isInteger(value) || value < least) {
        throw new UsageError(
          `${name} is "${shown(raw)}", which is not a whole number from ${least} on.`,
          `Write a number: ${name} ${Math.max(least, 4)}.`,
        );
      }
      return value;
    },
    odd: () => undefined,
  };
}

/** Several words: `--select a b "c d"`, or one variable with spaces. */
export const words: FlagKind<readonly string[]> = {
  placeholder: '<words...>',
  read(raw) {
    const list = Array.isArray(raw) ? raw.map(String) : [String(raw)];
    return list.flatMap((item) => item.split(/\s+/)).filter((word) => word !== '');
  },
};

function unknownWord(name: string, word: string, options: readonly string[]): UsageError {
  const all = `${options.slice(0, -1).join(', ')} or ${options.at(-1)}`;
  return new UsageError(`${name} is "${word}", which it cannot be.`, `Write ${all}.`, { word, options });
}

/** One of a few words. */
export function choice<const T extends string>(...options: readonly T[]): FlagKind<T> {
  return {
    placeholder: `<${options.join('|')}>`,
    read(raw, name) {
      const found = options.find((option) => option === String(raw).toLowerCase());
      if (found === undefined) throw unknownWord(name, String(raw), options);
      return found;
    },
  };
}

/** Several of a few words. */
export function choices(...options: readonly string[]): FlagKind<readonly string[]> {
  return {
    placeholder: words.placeholder,
    read(raw, name) {
      const given = words.read(raw, name);
      const isBlank = Array.isArray(raw) && raw.some((one) => String(one).trim() === '');
      const wrong = isBlank ? '' : given.find((word) => !options.includes(word));
      if (wrong !== undefined) throw unknownWord(name, wrong, options);
      return given;
    },
  };
}

/** A day, or a moment of one, in UTC: dbt's `2024-01-02`, `2024-01-02T03:04:05`, `2024-01-02 03:04:05`. */
export const moment: FlagKind<Date> = {
  placeholder: '<time>',
  read(raw, name) {
    const written = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d))?$/.exec(String(raw));
    const value = new Date(`${written?.[1]}T${written?.[2] ?? '00:00:00'}Z`);
    if (!Number.isNaN(value.getTime())) return value;
    throw new UsageError(
      `${name} is "${shown(raw)}", which is no time.`,
      `Write a day, or a day and a time: ${name} 2024-01-31T12:00:00.`,
    );
  },
};

/** Seconds, a part of one too; without a number `usual`. */
export function seconds(usual: number): FlagKind<number> {
  return {
    placeholder: '[seconds]',
    read(raw, name) {
      const value = raw === true ? usual : Number(raw);
      if (String(raw).trim() === '' || !Number.isFinite(value) || value < 0)
        throw new UsageError(
          `${name} is "${shown(raw)}", which is not a number of seconds.`,
          `Write ${name} ${usual}.`,
        );
      return value;
    },
  };
}

/** One flag: how it is written, which variable sets it, what it is without. */
export interface FlagDefinition<T> {
  readonly kind: FlagKind<NonNullable<T>>;
  readonly long: string;
  readonly short?: string;
  /** Further spellings that dbt knows. */
  readonly aliases?: readonly string[];
  /** `DBT_<env>` and `DBT_ENGINE_<env>`; absent where dbt has no variable for it. */
  readonly env?: string;
  /** The variable's name of old, which dbt reads before the new one; `not`: its value says the contrary. */
  readonly oldEnv?: { readonly name: string; readonly not?: true };
  /** Its key under `flags:` in dbt_project.yml, where dbt allows one. */
  readonly projectFlag?: string;
  readonly fallback: T;
  readonly help: string;
}

/** The definitions of some flags, by the names that they have in `Flags`. */
export type FlagDefinitions<Names extends keyof Flags> = {
  readonly [Name in Names]: FlagDefinition<Flags[Name]>;
};
