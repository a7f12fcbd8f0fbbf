import { type Diagnostic, error, type Place } from '../diagnostics.ts';
import { isFloat, isInt, toStr } from '../jinja/values/index.ts';
import type { Located } from './located.ts';
import { isMapping } from './read-yaml.ts';
import { bool, expected, listOf, nullable, type RecordShape, record, type Shape, text } from './shape.ts';

interface SpecBase {
  /** Where the entry stands. */
  readonly place: Place;
  /** The folder that installing it makes, where the entry says so: tarballs, and entries of a lock file. */
  readonly name: string | null;
  /** dbt's record of the entry, keys and all: what the hash of a lock file is made of. */
  readonly record: Readonly<Record<string, unknown>>;
}

export interface LocalSpec extends SpecBase {
  readonly kind: 'local';
  /** A folder; a relative one starts at the root project, whoever asks for it. */
  readonly path: string;
}

export interface GitSpec extends SpecBase {
  readonly kind: 'git';
  readonly url: string;
  /** The address as written, its `env_var()` not rendered: what may be shown and written down. */
  readonly written: string;
  readonly subdirectory: string | null;
  /** A tag, a branch or a whole commit; null for the default branch. */
  readonly revision: string | null;
  readonly warnUnpinned: boolean;
}

export interface TarballSpec extends SpecBase {
  readonly kind: 'tarball';
  readonly name: string;
  readonly url: string;
  readonly written: string;
}

export interface HubSpec extends SpecBase {
  readonly kind: 'hub';
  /** `dbt-labs/dbt_utils`. */
  readonly package: string;
  /** Conditions that all have to be met. */
  readonly versions: readonly string[];
  readonly installPrerelease: boolean;
}

export interface PrivateSpec extends SpecBase {
  readonly kind: 'private';
  readonly repository: string;
}

/** One entry of `packages:`. */
export type PackageSpec = LocalSpec | GitSpec | TarballSpec | HubSpec | PrivateSpec;

const filled: Shape = expected('a text that is not empty', (value) => typeof value === 'string' && value !== '');
const isVersion = (value: unknown): boolean => typeof value === 'string' || isInt(value) || isFloat(value);
const revision = nullable(expected('a text or a number', isVersion));
const version: Shape = (value, path, check) => {
  const shape = Array.isArray(value) ? listOf(expected('a text', isVersion)) : expected('a version', isVersion);
  shape(value, path, check);
  if (value !== '' && !(Array.isArray(value) && value.length === 0)) return;
  const message = '"version" is empty: a package of the hub needs a version, or several conditions.';
  check.report(error('project/invalid-value', message, { place: check.at(...path), hint }), path);
};
const hint = 'Write `version: 1.3.0`, or a range: `version: [">=1.0.0", "<2.0.0"]`.';
const hubName: Shape = (value, path, check) => {
  filled(value, path, check);
  if (typeof value !== 'string' || value === '' || /^[^/]+\/[^/]+$/.test(value)) return;
  const message = `"${value}" is no name of the hub: it has the owner in front.`;
  const advice = 'For example `dbt-labs/dbt_utils`; for a folder write `local:`, for a repository `git:`.';
  check.report(error('project/invalid-value', message, { place: check.at(...path), hint: advice }), path);
};
const name = nullable(text);
const checkout = { revision, 'warn-unpinned': nullable(bool), subdirectory: nullable(text), name };

/** What each kind of entry may have, by the key that tells the kind. The first that an entry has counts. */
const shapes: Readonly<Record<string, Omit<RecordShape, 'unknown'>>> = {
  package: {
    what: 'a package of the hub',
    keys: { package: hubName, version, install_prerelease: nullable(bool), name },
    required: ['version'],
  },
  git: { what: 'a git package', keys: { git: filled, ...checkout } },
  local: { what: 'a local package', keys: { local: filled, name } },
  tarball: { what: 'a tarball package', keys: { tarball: filled, name: filled }, required: ['name'] },
  private: { what: 'a private package', keys: { private: filled, provider: nullable(text), ...checkout } },
};

/** Reads the entries of `packages:`. `value` is the rendered value of `list`. Entries that cannot be used are left out, with a finding each. */
export function readSpecs(list: Located, value: unknown, report: (finding: Diagnostic) => void): PackageSpec[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    const how = 'Begin each package with "- ".';
    report(error('project/invalid-value', '"packages" must be a list.', { place: list.place, hint: how }));
    return [];
  }
  return value.flatMap((entry: unknown, index) => {
    const spec = readSpec(entry, list.get(index) ?? list, report);
    return spec === null ? [] : [spec];
  });
}

function readSpec(entry: unknown, written: Located, report: (finding: Diagnostic) => void): PackageSpec | null {
  const kind = isMapping(entry) ? Object.keys(shapes).find((key) => Object.hasOwn(entry, key)) : undefined;
  const shape = kind === undefined ? undefined : shapes[kind];
  if (!isMapping(entry) || kind === undefined || shape === undefined) {
    const how = 'For example: package: dbt-labs/dbt_utils, with a version.';
    const message = 'A package needs one of the keys package, git, local, tarball.';
    report(error('project/invalid-value', message, { place: written.place, hint: how }));
    return null;
  }
  // A value that could not be rendered has its finding already.
  if (Object.values(entry).some((one) => one === undefined)) return null;
  const found: Diagnostic[] = [];
  const check = { at: written.at.bind(written), report: (one: Diagnostic) => void found.push(one), jinja: false };
  record({ ...shape, unknown: 'error' })(entry, [], check);
  for (const one of found) report(one);
  return found.length > 0 ? null : specOf(kind, entry, written);
}

function specOf(kind: string, entry: Readonly<Record<string, unknown>>, written: Located): PackageSpec {
  const unrendered = isMapping(written.value) ? written.value : entry;
  const given = textOf(entry.name);
  const named = given === null ? {} : { name: given };
  const head = { place: written.place, name: given };
  const address = { url: String(entry[kind]), written: textOf(unrendered[kind]) ?? String(entry[kind]) };
  const branch = {
    revision: entry.revision ?? null,
    'warn-unpinned': entry['warn-unpinned'] ?? null,
    subdirectory: entry.subdirectory ?? null,
  };
  const recordOf = (more: Record<string, unknown>): Record<string, unknown> => ({
    [kind]: entry[kind],
    ...more,
    unrendered,
    ...named,
  });
  switch (kind) {
    case 'local':
      return { ...head, kind, path: String(entry.local), record: recordOf({}) };
    case 'tarball':
      return { ...head, kind, ...address, name: String(entry.name), record: recordOf({}) };
    case 'private': {
      const provider = entry.provider ?? null;
      return { ...head, kind, repository: String(entry.private), record: recordOf({ provider, ...branch }) };
    }
    case 'git':
      return {
        ...head,
        kind,
        ...address,
        subdirectory: textOf(entry.subdirectory) || null,
        revision: isVersion(entry.revision) ? toStr(entry.revision) : null,
        warnUnpinned: entry['warn-unpinned'] !== false,
        record: recordOf(branch),
      };
    default: {
      const prerelease = entry.install_prerelease;
      return {
        ...head,
        kind: 'hub',
        package: String(entry.package),
        versions: (Array.isArray(entry.version) ? entry.version : [entry.version]).map((one) => toStr(one)),
        installPrerelease: prerelease === true,
        record: recordOf({
          version: entry.version,
          install_prerelease: prerelease === undefined ? false : prerelease,
        }),
      };
    }
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
