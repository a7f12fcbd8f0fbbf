import { mkdir, rm } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import {
  type Diagnostic,
  EiderError,
  error,
  hasErrors,
  lockFileName,
  lockFileText,
  type PinnedPackage,
  packagesHash,
  readLockFile,
  resolvePackages,
  userCacheFolder,
  type ValueRenderer,
  valueRenderer,
  type WantedOptions,
  type WantedPackages,
  wantedPackages,
  warning,
} from '@eider/core';
import { addressSecrets } from '../deps/address-secrets.ts';
import { addedLine, installedLines, lockLine, noPackagesLine, removedLine, updatesLine } from '../deps/deps-lines.ts';
import { createHttpClient } from '../deps/http-client.ts';
import { hubAddress } from '../deps/hub-client.ts';
import { installPackages } from '../deps/install-packages.ts';
import { createPackageSource, type PackageSource } from '../deps/package-source.ts';
import { draftFolder } from '../deps/swap-folder.ts';
import { openTreeCache, type TreeCache } from '../deps/tree-cache.ts';
import { type AddedFile, addedPackage, addToFile } from '../deps/wanted-files.ts';
import { writeWhole } from '../deps/write-whole.ts';
import type { CommandAction, Invoked } from '../invoked.ts';
import { openRootPackage, type RootPackage } from '../project/open-root-package.ts';
import { ReportedFailure } from '../reported-failure.ts';

/** What the steps of one `deps` share. */
interface Deps extends RootPackage {
  readonly invoked: Invoked;
  readonly renderer: ValueRenderer;
  readonly source: PackageSource;
  readonly cache: TreeCache;
}

/** What is to be installed, and the lock file that says so where it is new. */
interface Choice {
  readonly packages: readonly PinnedPackage[];
  readonly lockText: string | null;
}

/**
 * `deps`: installs what packages.yml or dependencies.yml asks for. Nothing in the project is changed before everything is there: then the files are written
 * and the folder of packages is exchanged.
 */
export const deps: CommandAction = async (invoked) => {
  const opened = await openRootPackage(invoked);
  const { host } = invoked;
  const { flags, options, reporter, root, scrubber } = opened;
  const added = addedPackage(flags);
  const folder = installFolder(opened);
  const cache = await openTreeCache(userCacheFolder(host.env, process.platform), host.now);
  const note = (text: string): void =>
    reporter.line({ level: 'debug', name: 'Note', code: 'Z050', text, data: { msg: text } });
  const http = await createHttpClient({ onRequest: note });
  const source = createPackageSource({
    hub: hubAddress(host.env),
    http,
    cache,
    env: host.env,
    cwd: root.root,
    mayAsk: host.stdin.isTTY === true && !host.env.CI,
    scrub: scrubber.scrub,
    onCommand: note,
  });
  const renderer = valueRenderer({ env: host.env, cliVars: options.vars ?? {}, secrets: true });
  const work = { ...opened, invoked, renderer, source, cache };
  try {
    const file = await withAdded(work, added);
    const wanted = await readWanted(work, file);
    if (wanted.specs.length === 0) return await installNothing(work, wanted, folder);
    const choice = await choose(work, wanted);
    await install(work, choice, { folder, file });
    return 0;
  } catch (failure) {
    if (!(failure instanceof EiderError)) throw failure;
    opened.findings(failure.diagnostics);
    throw new ReportedFailure(2);
  } finally {
    await http.close();
    await cache.close();
  }
};

/** The folder of packages, absolute. Throws ReportedFailure for one that holds more than packages: its content is going to be replaced. */
function installFolder({ findings, root }: RootPackage): string {
  const folder = resolve(root.root, root.packagesInstallPath);
  const own = [
    root.root,
    ...[root.modelPaths, root.macroPaths, root.seedPaths].flat().map((path) => join(root.root, path)),
  ];
  const hit = own.find((path) => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep));
  if (hit === undefined) return folder;
  const message = `"packages-install-path: ${root.packagesInstallPath}" is where the project itself lies; deps would delete it.`;
  const place = { file: 'dbt_project.yml', line: 1, column: 1 };
  findings([
    error('project/invalid-value', message, { place, hint: 'Name a folder of its own, such as dbt_packages.' }),
  ]);
  throw new ReportedFailure(2);
}

/** The file of packages with what `--add-package` adds; null without. */
async function withAdded(deps: Deps, added: ReturnType<typeof addedPackage>): Promise<AddedFile | null> {
  if (added === null) return null;
  const { file } = await wantedPackages(deps.root.root, deps.renderer, () => undefined);
  return addToFile(deps.root.root, file, added);
}

async function readWanted(deps: Deps, file: AddedFile | null): Promise<WantedPackages> {
  const found: Diagnostic[] = [];
  const changed: WantedOptions = file === null ? {} : { texts: { [file.file]: file.text } };
  const wanted = await wantedPackages(deps.root.root, deps.renderer, (one) => found.push(one), changed);
  stopOnErrors(deps.findings(found));
  for (const spec of wanted.specs) if ('url' in spec) deps.scrubber.add(addressSecrets(spec));
  return wanted;
}

function stopOnErrors(found: readonly Diagnostic[]): void {
  if (hasErrors(found)) throw new ReportedFailure(2);
}

/** Without packages the folder is left empty, and a lock file that names some is taken away. */
async function installNothing(
  { flags, invoked, reporter, root }: Deps,
  wanted: WantedPackages,
  folder: string,
): Promise<number> {
  reporter.line(noPackagesLine(wanted.file));
  await rm(join(root.root, lockFileName), { force: true });
  if (flags.lock) return 0;
  const draft = await draftFolder(folder, invoked.host.pid);
  await mkdir(draft.path);
  await draft.publish();
  return 0;
}

/** What the lock file says, where it was made for these entries; else what they resolve to. */
async function choose(deps: Deps, wanted: WantedPackages): Promise<Choice> {
  const { flags, findings, renderer, root, scrubber, source } = deps;
  const found: Diagnostic[] = [];
  const hash = packagesHash(wanted.specs);
  const lock = flags.upgrade ? null : await readLockFile(root.root, renderer, (one) => found.push(one));
  if (lock?.hash === hash || lock?.readable === false) stopOnErrors(findings(found));
  if (lock?.hash === hash) return { packages: lock.packages, lockText: null };
  const options = { root: root.root, rootName: root.name, renderer, ports: source, versionCheck: flags.versionCheck };
  const { diagnostics, packages } = await resolvePackages(wanted.specs, options);
  const exposed = packages.flatMap((one) => ('written' in one ? exposedSecret(one, scrubber.scrub) : []));
  stopOnErrors(findings([...diagnostics, ...exposed]));
  return { packages, lockText: lockFileText(packages, hash, scrubber.scrub) };
}

/** A secret that stands in the address itself is starred out in the lock file, which then leads nowhere. */
function exposedSecret(
  { place, written }: Extract<PinnedPackage, { written: string }>,
  scrub: (text: string) => string,
): Diagnostic[] {
  if (scrub(written) === written) return [];
  const message = `The address holds the value of a secret, which ${lockFileName} does not get.`;
  const hint =
    "Write env_var('DBT_ENV_SECRET_…') in its place; else only `eider deps --upgrade` finds the package again.";
  return [warning('package/invalid', message, { place, hint })];
}

/** Fetches everything, then writes the files and exchanges the folder. */
async function install(
  { flags, invoked, reporter, root, source }: Deps,
  { lockText, packages }: Choice,
  { file, folder }: { readonly file: AddedFile | null; readonly folder: string },
): Promise<void> {
  const { host } = invoked;
  const draft = flags.lock ? null : await draftFolder(folder, host.pid);
  const listening = host.onInterrupt(() => void draft?.discard().finally(() => host.exit(2)));
  try {
    const outdated: string[] = [];
    const say = (one: Parameters<typeof installedLines>[0]): void => {
      for (const line of installedLines(one)) reporter.line(line);
      const { pinned } = one;
      if (pinned.kind === 'hub' && pinned.latest !== null && pinned.latest !== pinned.version) outdated.push(one.label);
    };
    if (draft !== null)
      await installPackages(packages, { root: root.root, source, folder: draft.path, onInstalled: say });
    if (file !== null) {
      const path = join(root.root, file.file);
      for (const address of file.removed) reporter.line(removedLine(address, file.file));
      await writeWhole(path, file.text, host.pid);
      reporter.line(addedLine(file.added.name, file.added.version, path));
    }
    if (lockText !== null) {
      const path = join(root.root, lockFileName);
      await writeWhole(path, lockText, host.pid);
      reporter.line(lockLine(path));
    }
    await draft?.publish();
    if (outdated.length > 0) reporter.line(updatesLine(outdated));
  } finally {
    listening();
    await draft?.discard();
  }
}
