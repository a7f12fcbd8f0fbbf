import { dbtVersion } from '../manifest/invocation.ts';
import type { HubPackage } from './package-ports.ts';
import {
  compareVersions,
  isInRange,
  parseVersion,
  reduceVersions,
  type VersionRange,
  type VersionSpecifier,
} from './version-specifier.ts';

/** What a choice depends on beside the conditions. */
export interface ChoiceOptions {
  readonly installPrerelease: boolean;
  /** Whether only versions are considered that are for the dbt that eider follows: `--version-check`. */
  readonly versionCheck: boolean;
}

/** The versions of a package that may be chosen, in their order, and the one that was. */
export interface VersionChoice {
  /** Null where none lies in the range. */
  readonly version: string | null;
  readonly installable: readonly string[];
}

/** The newest version of a package in a range. Pre-releases count where they are asked for, or where a condition names one. Versions that are none are left out. */
export function chooseVersion(
  hub: HubPackage,
  conditions: readonly VersionSpecifier[],
  range: VersionRange,
  options: ChoiceOptions,
): VersionChoice {
  const prerelease = options.installPrerelease || conditions.some((one) => one.prerelease !== null);
  const installable = [...hub.versions]
    .filter(([, facts]) => !options.versionCheck || isForThisDbt(facts.requireDbtVersion))
    .map(([text]) => ({ text, version: parseVersion(text) }))
    .filter((one): one is { text: string; version: VersionSpecifier } => one.version !== null)
    .filter(({ version }) => prerelease || version.prerelease === null)
    .sort((a, b) => compareVersions(a.version, b.version));
  const chosen = installable.findLast(({ version }) => isInRange(version, range));
  return { version: chosen?.text ?? null, installable: installable.map(({ text }) => text) };
}

/** Whether the dbt that eider follows meets a package's `require-dbt-version`. Conditions that are none do not count. */
function isForThisDbt(conditions: readonly string[]): boolean {
  const read = [dbtVersion, ...conditions].map(parseVersion).filter((one) => one !== null);
  return read.length < 2 || reduceVersions(read) !== null;
}
