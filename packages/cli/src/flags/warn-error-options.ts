import { type Code, deprecationCodes, didYouMeanHint } from '@eider/core';
import { type FlagKind, yamlText } from './flag-kinds.ts';
import { UsageError } from './usage-error.ts';
import { yamlMapping } from './yaml-mapping.ts';

/** Which warnings are errors, stay warnings though all others are errors, and are not printed: by their codes, or by dbt's names of them. */
export interface WarnErrorOptions {
  readonly error: 'all' | readonly string[];
  readonly warn: readonly string[];
  readonly silence: readonly string[];
}

/** What becomes of a warning. */
export type WarningFate = 'error' | 'warn' | 'silence';

/** dbt's names of what our codes say. One code may be several of dbt's warnings: naming any of them means the code. */
const dbtNames: Readonly<Partial<Record<Code | 'test', readonly string[]>>> = {
  test: ['LogTestResult'],
  'project/unused-config': ['UnusedResourceConfigPath'],
  'project/no-node': ['NoNodeForYamlKey', 'MacroNotFoundForPatch', 'WrongResourceSchemaFile', 'UnusedTables'],
  'project/unknown-key': [
    'CustomKeyInConfigDeprecation',
    'CustomKeyInObjectDeprecation',
    'CustomTopLevelKeyDeprecation',
    'GenericJSONSchemaValidationDeprecation',
    'MissingPlusPrefixDeprecation',
  ],
  'project/deprecated': ['DeprecatedModel', 'DeprecatedReference', 'UpcomingReferenceDeprecation'],
  'ref/disabled': ['NodeNotFoundOrDisabled'],
  'select/nothing': ['NoNodesForSelectionCriteria', 'NoNodesSelected', 'NothingToDo'],
  'select/breaking-change': ['UnversionedBreakingChange'],
  'select/large-seed': ['SeedIncreased', 'SeedExceedsLimitSamePath', 'SeedExceedsLimitAndPathChanged'],
  'config/invalid': ['InvalidValueForField', 'UnsupportedConstraintMaterialization', 'InvalidConcurrentBatchesConfig'],
  'jinja/render': ['JinjaLogWarning'],
  'package/unpinned': ['DepsUnpinned'],
  'package/invalid': ['DepsScrubbedPackageName'],
};

/** dbt's warnings that nothing here gives: taken, for naming them changes nothing. */
const unheard: readonly string[] = [
  'TestsConfigDeprecation',
  'AdapterDeprecationWarning AdapterEventWarning BehaviorChangeEvent CatalogGenerationError',
  'CollectFreshnessReturnSignature ConstraintNotEnforced ConstraintNotSupported DeprecationsSummary',
  'FreshnessConfigProblem GetMetaKeyWarning InternalDeprecation InvalidMacroAnnotation',
  'MetricAttributesRenamed MicrobatchModelNoEventTimeInputs',
  'PackageNodeDependsOnRootProjectNode RunResultWarning RunResultWarningMessage',
  'SeedExceedsLimitChecksumChanged SemanticValidationFailure SnapshotTimestampWarning',
  'SourceOverrideDeprecation ValidationWarning WarnStateTargetEqual',
].flatMap((line) => line.split(' '));

const deprecations = 'Deprecations';
/** dbt's group: what has a code with a D. */
const isDeprecation = (name: string): boolean =>
  Object.hasOwn(deprecationCodes, name) ||
  name === 'DeprecationsSummary' ||
  (name.endsWith('Deprecation') && name !== 'UpcomingReferenceDeprecation');
const known: readonly string[] = [
  deprecations,
  ...Object.keys(deprecationCodes),
  ...Object.values(dbtNames).flatMap((names) => names ?? []),
  ...unheard,
];

/** `{error: all, warn: [names], silence: [names]}`, with dbt's old names `include` and `exclude` for the first two. */
export const warnErrorOptions: FlagKind<WarnErrorOptions> = {
  placeholder: yamlText.placeholder,
  read(raw, name) {
    const given = yamlMapping(yamlText.read(raw, name), name);
    const stray = Object.keys(given).find((key) => !['error', 'warn', 'silence', 'include', 'exclude'].includes(key));
    if (stray !== undefined) throw wrong(name, `has no key "${stray}"`, 'Its keys are error, warn and silence.');
    for (const [now, once] of [['error', 'include'] as const, ['warn', 'exclude'] as const])
      if (given[now] !== undefined && given[once] !== undefined)
        throw wrong(name, `has "${now}" and "${once}", which mean the same`, `Keep "${now}".`);
    const error = given.error ?? given.include ?? [];
    const options = {
      error: error === 'all' || error === '*' ? ('all' as const) : names(error, 'error', name),
      warn: names(given.warn ?? given.exclude ?? [], 'warn', name),
      silence: names(given.silence ?? [], 'silence', name),
    };
    const hasGroup = [options.error, options.silence].some((list) => list.includes(deprecations));
    if (options.warn.length > 0 && options.error !== 'all' && !hasGroup)
      throw wrong(
        name,
        'has "warn" without `error: all`',
        'Under "warn" stands what is no error though all others are.',
      );
    return options;
  },
};

function names(given: unknown, key: string, flag: string): readonly string[] {
  if (!Array.isArray(given))
    throw wrong(flag, `has no list under "${key}"`, `Write ${key}: [UnusedResourceConfigPath].`);
  for (const one of given.map(String)) {
    if (known.includes(one) || /^[a-z]+\/[a-z-]+$/.test(one)) continue;
    const hint = didYouMeanHint(one, known) ?? 'Name a code such as project/unused-config, or a warning of dbt.';
    throw wrong(flag, `names "${one}", which is no warning`, hint);
  }
  return given.map(String);
}

function wrong(flag: string, problem: string, hint: string): UsageError {
  return new UsageError(`${flag} ${problem}.`, hint);
}

/**
 * What becomes of a warning with a code (`test`: of a test that warns), by dbt's rules: a name goes before the group `Deprecations`, that before `all`;
 * silence before warn, warn before error.
 */
export function warningFate(
  {
    code,
    dbtName,
    staysWarning,
  }: { readonly code: string; readonly dbtName?: string; readonly staysWarning?: boolean },
  options: WarnErrorOptions | undefined,
  warnError: boolean,
): WarningFate {
  if (staysWarning === true) return 'warn';
  const { error, silence, warn } = options ?? { error: warnError ? ('all' as const) : [], warn: [], silence: [] };
  const own = [code, ...(dbtName === undefined ? (dbtNames[code as Code] ?? []) : [dbtName])];
  const named = (list: readonly string[]): boolean => own.some((name) => list.includes(name));
  const inGroup = (list: readonly string[]): boolean => own.some(isDeprecation) && list.includes(deprecations);
  const errors = error === 'all' ? [] : error;
  for (const holds of [named, inGroup]) {
    if (holds(silence)) return 'silence';
    if (holds(warn)) return 'warn';
    if (holds(errors)) return 'error';
  }
  return error === 'all' ? 'error' : 'warn';
}
