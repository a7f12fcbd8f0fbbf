import { type Diagnostic, deprecated, type Place } from '@eider/core';
import { type FlagDefinition, jsonText } from './flag-kinds.ts';
import { flagTable } from './flag-table.ts';
import { flagsOfDbt } from './flags-of-dbt.ts';
import { oldVariable } from './resolve-flags.ts';

/** What a command was called with. */
export interface Call {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `flags:` of dbt_project.yml. */
  readonly project: Readonly<Record<string, unknown>>;
  /** The file of `project`. */
  readonly place: Place;
}

const oldSelect: readonly string[] = ['--models', '--model', '-m'];
/** Variables of dbt's engine that no flag has. */
const otherVariables =
  'INVOCATION_ENV RECORDED_FILE_PATH TEST_STATE_MODIFIED PACKAGE_HUB_URL DOWNLOAD_DIR PP_FILE_DIFF_TEST PP_TEST';
const definitions = Object.values(flagTable) as readonly FlagDefinition<unknown>[];

/** What dbt 1.11 calls deprecated in a command line, in variables and in `flags:`. */
export function flagDeprecations({ argv, env, place, project }: Call): readonly Diagnostic[] {
  return [...oldVariables(env), ...oldKeys(argv, env, project, place), ...oldNames(argv), ...strangeVariables(env)];
}

function oldVariables(env: Call['env']): readonly Diagnostic[] {
  return definitions.flatMap(({ env: now, oldEnv }) => {
    const old = oldEnv === undefined ? undefined : oldVariable(oldEnv.name, env);
    if (old === undefined) return [];
    const message = `The variable ${old} is deprecated in dbt; while it is set, DBT_ENGINE_${now} is not looked at.`;
    return [deprecated('EnvironmentVariableRenamed', message, { hint: `Set DBT_ENGINE_${now} instead.` })];
  });
}

/** `include` and `exclude` of warn_error_options. */
function oldKeys(argv: Call['argv'], env: Call['env'], project: Call['project'], place: Place): readonly Diagnostic[] {
  const isOld = (text: string): boolean => /\b(include|exclude)\b['"]?\s*:/.test(text);
  const name = 'WEOIncludeExcludeDeprecation';
  const message = 'The keys "include" and "exclude" of warn_error_options are deprecated in dbt.';
  const hint = 'Write `error` and `warn`.';
  const at = argv.findIndex((word) => word.startsWith('--warn-error-options'));
  const written = at < 0 ? '' : `${argv[at]} ${argv[at + 1] ?? ''}`;
  const variable = env.DBT_ENGINE_WARN_ERROR_OPTIONS ?? env.DBT_WARN_ERROR_OPTIONS ?? '';
  const given = jsonText(project.warn_error_options ?? '');
  const called = isOld(written) || isOld(variable) ? [deprecated(name, message, { hint })] : [];
  return isOld(given) ? [...called, deprecated(name, message, { hint, place })] : called;
}

function oldNames(argv: Call['argv']): readonly Diagnostic[] {
  const written = oldSelect.filter((flag) => argv.includes(flag));
  return written.map((flag) => {
    const message = `The option ${flag} is deprecated in dbt.`;
    return deprecated('ModelParamUsageDeprecation', message, { hint: 'Write --select (or -s).' });
  });
}

function strangeVariables(env: Call['env']): readonly Diagnostic[] {
  const names = definitions.flatMap(({ env: now, oldEnv }) => [now, oldEnv?.name]);
  const known = new Set([...names, ...flagsOfDbt.map((flag) => flag.env), ...otherVariables.split(' ')]);
  const strange = Object.keys(env).filter(
    (name) => name.startsWith('DBT_ENGINE_') && !known.has(name.slice('DBT_ENGINE_'.length)),
  );
  return strange.sort().map((name) => {
    const message = `The variable ${name} is no flag of dbt: names that begin with DBT_ENGINE are kept for those.`;
    return deprecated('EnvironmentVariableNamespaceDeprecation', message, { hint: 'Rename it.' });
  });
}
