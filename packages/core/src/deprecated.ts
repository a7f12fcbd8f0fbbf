import type { Code } from './codes.ts';
import { type Diagnostic, warning } from './diagnostics.ts';

/** What dbt 1.11 calls deprecated, and can be met with DuckDB: the name and code of its warning. The others need an adapter whose configs dbt knows by a schema. */
export const deprecationCodes = {
  ArgumentsPropertyInGenericTestDeprecation: 'D038',
  ConfigDataPathDeprecation: 'D004',
  ConfigLogPathDeprecation: 'D010',
  ConfigSourcePathDeprecation: 'D003',
  ConfigTargetPathDeprecation: 'D011',
  CustomOutputPathInSourceFreshnessDeprecation: 'D029',
  DuplicateNameDistinctNodeTypesDeprecation: 'D040',
  DuplicateYAMLKeysDeprecation: 'D024',
  EnvironmentVariableNamespaceDeprecation: 'D036',
  EnvironmentVariableRenamed: 'D009',
  ExposureNameDeprecation: 'D007',
  MFCumulativeTypeParamsDeprecation: 'D019',
  MFTimespineWithoutYamlConfigurationDeprecation: 'D018',
  MicrobatchMacroOutsideOfBatchesDeprecation: 'D020',
  MissingArgumentsPropertyInGenericTestDeprecation: 'D039',
  ModelParamUsageDeprecation: 'D032',
  ModulesItertoolsUsageDeprecation: 'D034',
  PackageInstallPathDeprecation: 'D002',
  PackageMaterializationOverrideDeprecation: 'D016',
  PackageRedirectDeprecation: 'D001',
  ProjectFlagsMovedDeprecation: 'D013',
  PropertyMovedToConfigDeprecation: 'D030',
  ResourceNamesWithSpacesDeprecation: 'D015',
  SourceFreshnessProjectHooksNotRun: 'D017',
  UnexpectedJinjaBlockDeprecation: 'D023',
  WEOIncludeExcludeDeprecation: 'D031',
} as const;

export type DeprecationName = keyof typeof deprecationCodes;

/** dbt's warnings about dates of models: no deprecations of a spelling, so dbt neither counts nor groups them. */
export type DateWarning = 'DeprecatedModel' | 'DeprecatedReference' | 'UpcomingReferenceDeprecation';

/** A warning under dbt's name for it: `--warn-error-options` knows it by that, and a command tells the first of a name and counts the others. */
export function deprecated(
  dbtName: DeprecationName | DateWarning,
  message: string,
  more: Omit<Diagnostic, 'severity' | 'code' | 'message' | 'dbtName'> = {},
): Diagnostic {
  const code: Code = dbtName === 'DuplicateYAMLKeysDeprecation' ? 'project/duplicate-key' : 'project/deprecated';
  return { ...warning(code, message, more), dbtName };
}
