import { deprecated } from '../deprecated.ts';
import { type Diagnostic, error, type Place } from '../diagnostics.ts';
import type { HubSpec } from '../project/package-specs.ts';
import { chooseVersion } from './choose-version.ts';
import type { HubPackage, HubVersion } from './package-ports.ts';
import type { PinnedHub } from './pinned-package.ts';
import {
  parseVersion,
  rangeText,
  reduceVersions,
  type VersionRange,
  type VersionSpecifier,
} from './version-specifier.ts';
import type { Wish } from './wishes.ts';

/** The version of a package that was chosen, and what the hub says of it. */
interface HubChoice {
  readonly pinned: PinnedHub;
  readonly facts: HubVersion;
}

/** Chooses the version of a package that meets every wish. Null, with findings, where there is none. */
export function pinHub(
  wishes: readonly Wish<HubSpec>[],
  hub: HubPackage,
  versionCheck: boolean,
  report: (finding: Diagnostic) => void,
): HubChoice | null {
  const [first] = wishes;
  if (first === undefined) return null;
  const { place } = first.spec;
  const name = first.spec.package;
  if (hub.movedTo !== null) {
    const message = `The package ${name} has moved: it is ${hub.movedTo} now.`;
    report(deprecated('PackageRedirectDeprecation', message, { place, hint: `Write \`package: ${hub.movedTo}\`.` }));
  }
  const conditions = readConditions(wishes, report);
  if (conditions === null) return null;
  const range = reduceVersions(conditions);
  if (range === null) {
    report(conflict(name, wishes, place));
    return null;
  }
  const options = { installPrerelease: first.spec.installPrerelease, versionCheck };
  const { installable, version } = chooseVersion(hub, conditions, range, options);
  const facts = version === null ? undefined : hub.versions.get(version);
  if (version === null || facts === undefined) {
    const freed = chooseVersion(hub, conditions, range, { ...options, versionCheck: false }).version;
    report(noVersion({ name, range, place, installable, freed }));
    return null;
  }
  const latest = installable.at(-1) ?? version;
  return { pinned: { kind: 'hub', place, package: name, version, latest, name: facts.name }, facts };
}

function readConditions(
  wishes: readonly Wish<HubSpec>[],
  report: (finding: Diagnostic) => void,
): readonly VersionSpecifier[] | null {
  const read = wishes.flatMap(({ spec }) =>
    spec.versions.map((text) => {
      const condition = parseVersion(text);
      if (condition === null) report(noCondition(text, spec));
      return condition;
    }),
  );
  return read.every((one) => one !== null) ? read : null;
}

function noCondition(text: string, spec: HubSpec): Diagnostic {
  const parts = text.split(',').map((part) => part.trim().replace(/\s+/g, ''));
  const hint =
    parts.length > 1
      ? `Write a list: version: [${parts.map((part) => `"${part}"`).join(', ')}].`
      : 'Write all three numbers, such as 1.3.0, with >=, >, <=, < in front or nothing.';
  return error('package/invalid', `"${text}" is no version of ${spec.package}.`, { place: spec.place, hint });
}

function conflict(name: string, wishes: readonly Wish<HubSpec>[], place: Place): Diagnostic {
  const asked = wishes.map(({ spec, askedBy }) => `${spec.versions.join(' and ')} (${askedBy ?? 'this project'})`);
  const message = `No version of ${name} can be ${asked.join(', and ')}.`;
  const hint = 'Change the condition that is yours, or take another version of the package that asks for the other.';
  return error('package/conflict', message, { place, hint });
}

interface Missing {
  readonly name: string;
  readonly range: VersionRange;
  readonly place: Place;
  readonly installable: readonly string[];
  /** What could be chosen without the check of the version of dbt. */
  readonly freed: string | null;
}

function noVersion({ name, range, place, installable, freed }: Missing): Diagnostic {
  const newest = installable.slice(-8).reverse();
  const there = newest.length === 0 ? 'there is none' : `there is ${newest.join(', ')}`;
  const more = installable.length > newest.length ? ' and older ones' : '';
  const message = `No version of ${name} that can be installed is ${rangeText(range)}: ${there}${more}.`;
  const hint =
    freed === null
      ? 'Correct the version; a pre-release needs `install_prerelease: true`.'
      : `${freed} is made for other versions of dbt; --no-version-check installs it all the same.`;
  return error('package/not-found', message, { place, hint });
}
