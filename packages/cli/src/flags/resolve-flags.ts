import type { Place } from '@eider/core';
import type { FlagDefinition } from './flag-kinds.ts';
import { type FlagName, flagTable } from './flag-table.ts';
import type { Flags } from './flags.ts';
import { UsageError } from './usage-error.ts';

/** Where flags come from, strongest first. */
export interface FlagSources {
  /** By name in `Flags`; only what was written. */
  readonly commandLine: Readonly<Partial<Record<FlagName, unknown>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `flags:` of dbt_project.yml; empty before the project is read. */
  readonly project: Readonly<Record<string, unknown>>;
  /** Where each of these is written. */
  readonly places?: Readonly<Record<string, Place>> | undefined;
}

/**
 * The value of every flag: command line > `DBT_ENGINE_<FLAG>` > `DBT_<FLAG>` > `flags:` of dbt_project.yml > default.
 * Throws UsageError for a value that cannot be read, naming where it stands.
 */
export function resolveFlags(sources: FlagSources): Flags {
  refuseTogether(sources.commandLine);
  const entries = Object.entries(flagTable).map(([name, definition]) => [
    name,
    flagValue(name as FlagName, definition as FlagDefinition<unknown>, sources),
  ]);
  const flags = Object.fromEntries(entries) as Flags;
  return flags.singleThreaded ? { ...flags, threads: 1 } : flags;
}

/** Flags that dbt does not take together, set in whatever way. */
function refuseTogether({
  inline,
  models,
  select,
  selector,
  warnError,
  warnErrorOptions,
}: FlagSources['commandLine']): void {
  if (warnError === true && warnErrorOptions !== undefined)
    throw new UsageError('--warn-error and --warn-error-options exclude each other.', 'Leave --warn-error out.');
  const chosen = (select ?? models) !== undefined ? 'select' : selector !== undefined ? 'selector' : undefined;
  if (inline !== undefined && chosen !== undefined)
    throw new UsageError(`--inline: not allowed with argument --${chosen}`, 'Give one of them.');
}

function flagValue(name: FlagName, definition: FlagDefinition<unknown>, sources: FlagSources): unknown {
  const { kind, long, env, oldEnv, projectFlag, fallback } = definition;
  const written = sources.commandLine[name];
  if (written !== undefined) return kind.read(written, long);
  const old = oldEnv === undefined ? undefined : oldVariable(oldEnv.name, sources.env);
  if (old !== undefined) {
    const value = kind.read(sources.env[old], old);
    return oldEnv?.not === true ? !value : value;
  }
  for (const variable of env === undefined ? [] : [`DBT_ENGINE_${env}`, `DBT_${env}`]) {
    const value = sources.env[variable];
    if (value !== undefined && value !== '') return kind.read(value, variable);
  }
  const inProject = projectFlag === undefined ? undefined : sources.project[projectFlag];
  if (projectFlag === undefined || inProject === undefined || inProject === null) return fallback;
  return atPlace(sources.places?.[projectFlag], () => projectValue(definition, inProject)) ?? fallback;
}

function projectValue({ kind, projectFlag }: FlagDefinition<unknown>, raw: unknown): unknown {
  try {
    return kind.read(raw, `flags.${projectFlag} in dbt_project.yml`);
  } catch (failure) {
    if (failure instanceof UsageError && kind.odd !== undefined) return kind.odd(raw);
    throw failure;
  }
}

function atPlace<T>(place: Place | undefined, read: () => T): T {
  try {
    return read();
  } catch (failure) {
    if (failure instanceof UsageError) throw new UsageError(failure.message, failure.hint, failure.choice, place);
    throw failure;
  }
}

/** Which spelling of a variable of old is set. */
export function oldVariable(name: string, env: FlagSources['env']): string | undefined {
  return [`DBT_ENGINE_${name}`, `DBT_${name}`].find((variable) => (env[variable] ?? '') !== '');
}
