import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { type Diagnostic, EiderError, error, hasErrors, type Place, warning } from '../diagnostics.ts';
import { didYouMeanHint } from '../near-names.ts';
import type { GitSpec, HubSpec, PackageSpec } from '../project/package-specs.ts';
import { packageLabel } from '../project/packages.ts';
import type { ValueRenderer } from '../project/render-values.ts';
import { hubSpecs } from './hub-specs.ts';
import type { PackagePorts } from './package-ports.ts';
import { type PackageFacts, readPackageFacts } from './package-tree.ts';
import { pinHub } from './pin-hub.ts';
import { type PinnedPackage, pinnedLabel } from './pinned-package.ts';
import { PackageWishes, type Wish } from './wishes.ts';

/** What resolution needs to know beside the entries. */
export interface ResolveOptions {
  /** Absolute folder of the root project, where relative paths begin. */
  readonly root: string;
  /** The root project's name: no package may have it. */
  readonly rootName: string;
  readonly renderer: ValueRenderer;
  readonly ports: PackagePorts;
  /** `--version-check`. */
  readonly versionCheck: boolean;
}

/** What resolution came to. `packages` is what a lock file holds, in dbt's order; not to be used where there are errors. */
export interface Resolution {
  readonly packages: readonly PinnedPackage[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Pinned {
  readonly pinned: PinnedPackage;
  readonly facts: PackageFacts;
}

/**
 * Chooses the packages that a project's entries, and those of its packages, ask for, as dbt does: level by level; conditions on one package are put
 * together as they come in, and nothing that was chosen is taken back but by narrower conditions. Findings are collected over all packages of a level.
 */
export async function resolvePackages(specs: readonly PackageSpec[], options: ResolveOptions): Promise<Resolution> {
  const diagnostics: Diagnostic[] = [];
  const report = (finding: Diagnostic): void => void diagnostics.push(finding);
  const all = new PackageWishes();
  const pinned = new Map<string, Pinned>();
  const seen = new Set<string>();
  let level = specs.map((spec): Wish => ({ spec, askedBy: null }));
  while (level.length > 0 && !hasErrors(diagnostics)) {
    const keys = all.add(level, report);
    const found = await Promise.all(
      keys.map((key) => attempt(() => pin(all.of(key), options, report), all.of(key), report)),
    );
    level = [];
    for (const [index, one] of found.entries()) {
      const key = keys[index] ?? '';
      if (one === null) continue;
      pinned.set(key, one);
      // Packages that ask for one another would never come to an end.
      const identity = JSON.stringify([key, versionOf(one.pinned)]);
      if (!seen.has(identity)) level.push(...wishesOf(one));
      seen.add(identity);
    }
  }
  const packages = all.keys().flatMap((key) => pinned.get(key) ?? []);
  diagnostics.push(...duplicates(packages, options.rootName));
  return { packages: packages.map((one) => one.pinned), diagnostics: once(diagnostics) };
}

/** What a package asks for, found at the entry that led to the package. */
function wishesOf({ facts, pinned }: Pinned): Wish[] {
  return facts.specs.map((spec) => ({
    spec: { ...spec, place: pinned.place },
    askedBy: pinned.kind === 'hub' ? pinned.package : facts.name,
  }));
}

function versionOf(pinned: PinnedPackage): string | null {
  if (pinned.kind === 'hub') return pinned.version;
  return pinned.kind === 'git' ? pinned.revision : null;
}

/** Findings of ports have no place yet: they concern the entry. */
async function attempt<T>(
  work: () => Promise<T | null>,
  wishes: readonly Wish[],
  report: (finding: Diagnostic) => void,
): Promise<T | null> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof EiderError)) throw thrown;
    const place = wishes[0]?.spec.place;
    for (const finding of thrown.diagnostics) report(place === undefined ? finding : { place, ...finding });
    return null;
  }
}

async function pin(
  wishes: readonly Wish[],
  options: ResolveOptions,
  report: (finding: Diagnostic) => void,
): Promise<Pinned | null> {
  const { ports, renderer } = options;
  const [first] = wishes;
  if (first === undefined) return null;
  const { spec } = first;
  const head = { place: spec.place };
  const label = packageLabel(spec);
  const read = (folder: string): Promise<PackageFacts> => readPackageFacts(folder, label, renderer, report);
  switch (spec.kind) {
    case 'private':
      report(refusedPrivate(label, spec.place));
      return null;
    case 'local': {
      const facts = await read(localFolder(options.root, spec.path));
      return { pinned: { ...head, kind: 'local', path: spec.path, name: facts.name }, facts };
    }
    case 'tarball': {
      const { folder } = await ports.tarball({ url: spec.url, label });
      const { name, url, written } = spec;
      const facts = { ...(await read(folder)), name };
      return { pinned: { ...head, kind: 'tarball', name, url, written }, facts };
    }
    case 'git':
      return pinGit(wishes as readonly Wish<GitSpec>[], { label, read, options, report });
    default: {
      const hub = await ports.hubPackage(spec.package);
      if (hub === null) {
        report(await unknownPackage(first as Wish<HubSpec>, ports));
        return null;
      }
      const choice = pinHub(wishes as readonly Wish<HubSpec>[], hub, options.versionCheck, report);
      if (choice === null) return null;
      const facts = { name: choice.facts.name, specs: hubSpecs(choice.facts.packages, spec, report) };
      return { pinned: choice.pinned, facts };
    }
  }
}

/** The folder of a local package: relative to the root project, `~` for the home folder. */
export function localFolder(root: string, path: string): string {
  return resolve(
    root,
    path.replace(/^~(?=\/|$)/, () => homedir()),
  );
}

interface GitPinning {
  readonly label: string;
  readonly read: (folder: string) => Promise<PackageFacts>;
  readonly options: ResolveOptions;
  readonly report: (finding: Diagnostic) => void;
}

async function pinGit(
  wishes: readonly Wish<GitSpec>[],
  { label, read, options, report }: GitPinning,
): Promise<Pinned | null> {
  const [first] = wishes;
  if (first === undefined) return null;
  const { place, subdirectory, url, written } = first.spec;
  const revisions = [...new Set(wishes.flatMap(({ spec }) => (spec.revision === null ? [] : [spec.revision])))];
  if (revisions.length > 1) {
    const asked = wishes
      .filter(({ spec }) => spec.revision !== null)
      .map(({ spec, askedBy }) => `${spec.revision} (${askedBy ?? 'this project'})`)
      .join(', ');
    const hint = 'Write the same `revision:` everywhere; a package that asks for another one has to change, or to go.';
    report(error('package/conflict', `${label} is asked for in several revisions: ${asked}.`, { place, hint }));
    return null;
  }
  const [revision = null] = revisions;
  const { commit, folder } = await options.ports.git({ url, label, revision, subdirectory });
  const isLoose = revision === null || revision === 'HEAD' || revision === 'main' || revision === 'master';
  if (isLoose && wishes.every(({ spec }) => spec.warnUnpinned)) report(unpinned(label, revision, place));
  const facts = await read(folder);
  return { pinned: { kind: 'git', place, name: facts.name, url, written, subdirectory, revision: commit }, facts };
}

function unpinned(label: string, revision: string | null, place: Place): Diagnostic {
  const what = revision === null || revision === 'HEAD' ? 'not pinned' : `pinned to the branch "${revision}" alone`;
  const message = `The git package ${label} is ${what}: what it holds may change without a word.`;
  const hint = 'Give a tag or a commit as `revision:`; `warn-unpinned: false` silences this.';
  return warning('package/unpinned', message, { place, hint });
}

function refusedPrivate(label: string, place: Place): Diagnostic {
  const message = `"private: ${label}" needs dbt Cloud's connection to the git provider, which neither dbt Core nor eider has.`;
  const hint = "Write `git:` with the repository's address; a token comes from env_var('DBT_ENV_SECRET_…').";
  return error('project/unsupported', message, { place, hint });
}

async function unknownPackage({ spec, askedBy }: Wish<HubSpec>, ports: PackagePorts): Promise<Diagnostic> {
  const names = await ports.hubNames();
  const asking = askedBy === null ? '' : `, which ${askedBy} asks for`;
  const hint = didYouMeanHint(spec.package, names) ?? 'Correct the name: it is `owner/name` as on the hub.';
  const message = `The package "${spec.package}"${asking} is not on the hub.`;
  return error('package/not-found', message, { place: spec.place, hint });
}

/** Two packages of one name would lie in one folder. */
function duplicates(packages: readonly Pinned[], rootName: string): Diagnostic[] {
  const taken = new Map<string, string>();
  return packages.flatMap(({ facts, pinned }) => {
    const label = pinnedLabel(pinned);
    const earlier = facts.name === rootName ? 'this project' : taken.get(facts.name);
    taken.set(facts.name, label);
    if (earlier === undefined) return [];
    const message = `The project of ${label} is called "${facts.name}", as that of ${earlier} is: names must differ.`;
    const hint = 'Remove one of them, or rename the project that is yours.';
    return [error('package/duplicate', message, { place: pinned.place, hint })];
  });
}

function once(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(diagnostics.map((one) => [JSON.stringify(one), one])).values()];
}
