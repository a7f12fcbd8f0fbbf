import { resolve } from 'node:path';
import {
  buildGraph,
  type Compiler,
  createCompiler,
  createSavedParseCache,
  type Diagnostic,
  type Graph,
  hasErrors,
  type Invocation,
  type Manifest,
  type NamedSelectors,
  once,
  type PackageProject,
  type ParseCache,
  type Project,
  parseProject,
  type ReadProjectOptions,
  readProject,
  withExcerpt,
} from '@eider/core';
import type { NodeResult } from '@eider/engine';
import { flagDeprecations } from '../flags/flag-deprecations.ts';
import type { Flags } from '../flags/flags.ts';
import { resolveFlags } from '../flags/resolve-flags.ts';
import { sampleWindow } from '../flags/sample.ts';
import { warningFate } from '../flags/warn-error-options.ts';
import type { Invoked } from '../invoked.ts';
import { ReportedFailure } from '../reported-failure.ts';
import { argsLine, completedLine, versionLine } from '../ui/notes.ts';
import { createReporter, type Reporter } from '../ui/reporter.ts';
import { jinjaLine } from '../ui/run-lines.ts';
import { createScrubber, type Scrubber, secretValues } from '../ui/scrubber.ts';
import { eiderVersion } from '../version.ts';
import type { ManifestTexts } from './artifacts.ts';
import { createDeprecationTally, type DeprecationTally } from './deprecation-tally.ts';
import { flagArgs } from './flag-args.ts';
import { invokedProject } from './invoked-project.ts';
import { foundSentence, orderFindings } from './order-findings.ts';
import { tellParsed } from './parsed-artifacts.ts';
import { profilePlace } from './profile-place.ts';
import { textsOf } from './project-texts.ts';
import { readSelectors } from './read-selectors.ts';

/** A project that was read, and the way to talk about it. */
export interface RootProject {
  /** The root package: `packages[0]` of the project. */
  readonly root: PackageProject;
  readonly project: Project;
  readonly cache: ParseCache;
  /** How the project is read, for reading it as another target has it. */
  readonly readOptions: ReadProjectOptions;
  readonly flags: Flags;
  readonly reporter: Reporter;
  readonly eiderVersion: string;
  /** Prints findings with the lines around them; with `--warn-error` warnings become errors. */
  readonly findings: (diagnostics: readonly Diagnostic[]) => readonly Diagnostic[];
  /** What reading found, not printed yet. */
  readonly diagnostics: readonly Diagnostic[];
  readonly invocation: () => Invocation;
}

/** A project that was parsed and linked without errors. */
export interface OpenProject extends RootProject {
  readonly manifest: Manifest;
  readonly graph: Graph;
  readonly compiler: Compiler;
  /** Absolute. */
  readonly targetFolder: string;
  /** As written: `target`. */
  readonly targetPath: string;
  /** What the manifest's files were written of, where the cache kept it; null where they were made anew, or not written. */
  readonly written: ManifestTexts<Uint8Array> | null;
  readonly selectors: NamedSelectors;
  readonly withExcerpts: <T extends Pick<NodeResult, 'diagnostics'>>(results: readonly T[]) => readonly T[];
}

/** What a command that opens its project again and again keeps: then a further opening says nothing but its findings, and writes no artifact. */
export interface Talk {
  readonly reporter: Reporter;
  readonly scrubber: Scrubber;
  readonly cache: ParseCache;
}

/** Prints findings with the lines around them. */
export function findingsPrinter(
  folder: string,
  flags: Flags,
  reporter: Reporter,
  tally: DeprecationTally = createDeprecationTally(flags),
): RootProject['findings'] {
  return (found) => {
    const texts = textsOf(folder, flags.inline);
    const shown = orderFindings(judged(found, flags, tally)).map((one) => withExcerpt(one, texts));
    reporter.findings(shown);
    return shown;
  };
}

/** Findings as `--warn-error` and `--warn-error-options` have them; of each deprecated spelling the first. */
function judged(found: readonly Diagnostic[], flags: Flags, tally: DeprecationTally): readonly Diagnostic[] {
  return found.flatMap((one) => {
    const fate = one.severity === 'error' ? 'error' : warningFate(one, flags.warnErrorOptions, flags.warnError);
    if (fate === 'error') return [{ ...one, severity: 'error' as const }];
    const wasTold = tally.hasTold(one) && !flags.showAllDeprecations;
    return fate === 'silence' || wasTold ? [] : [one];
  });
}

/**
 * Reads the project of a command line. Throws ReportedFailure where that is impossible, with everything found on the screen, and UsageError for
 * flags that cannot be read. Otherwise the findings are the caller's to print.
 */
async function openRootProject(invoked: Invoked, talk?: Talk): Promise<RootProject> {
  const { host, commandLine, document } = invoked;
  const early = resolveFlags({ commandLine, env: host.env, project: {} });
  const options = await invokedProject(early, host);
  const folder = options.projectDir;
  const cache = talk?.cache ?? savedCache(invoked);
  const { project, diagnostics } = await readProject({ ...options, cache });
  const root = project?.packages[0];
  const flags =
    root === undefined
      ? early
      : resolveFlags({ commandLine, env: host.env, project: root.flags, places: root.flagPlaces });
  const scrubber = talk?.scrubber ?? createScrubber(host.env);
  if (project !== null) scrubber.add(secretValues(project.target));
  document?.scrubWith(scrubber.scrub);
  const startedAt = host.now();
  const invocationId = host.randomId();
  const reporter =
    talk?.reporter ??
    createReporter({ flags, host, scrubber, invocationId, logFolder: logFolderOf(folder, root, early), document });
  const tally = createDeprecationTally(flags);
  if (talk === undefined) greet(reporter, invoked, flags, startedAt, tally);
  const [name, target] = [project?.name ?? null, project?.target.targetName ?? null];
  const logFolder = logFolderOf(folder, root, early);
  invoked.story?.place({ reporter, scrubber, flags, folder, logFolder, project: name, target });
  const findings = heardBy(invoked, findingsPrinter(folder, flags, reporter, tally));
  const called = { argv: invoked.argv, env: host.env, project: root?.flags ?? {} };
  const place = project?.dbtProjectPlace ?? { file: 'dbt_project.yml', line: 1, column: 1 };
  const read = talk === undefined ? [...flagDeprecations({ ...called, place }), ...diagnostics] : diagnostics;
  if (project === null || root === undefined) {
    giveUp(reporter, findings(read));
  }
  const invocation = (): Invocation => ({ id: invocationId, startedAt, generatedAt: host.now(), env: host.env });
  const version = eiderVersion();
  return {
    root,
    project,
    cache,
    readOptions: options,
    flags,
    reporter,
    eiderVersion: version,
    findings,
    diagnostics: read,
    invocation,
  };
}

/** Findings that the story of the command hears of too. */
function heardBy({ story }: Invoked, print: RootProject['findings']): RootProject['findings'] {
  return (found) => {
    const shown = print(found);
    story?.findings(shown);
    return shown;
  };
}

/** None where there is no project. */
export function logFolderOf(folder: string, root: PackageProject | undefined, flags: Flags): string | null {
  const path = root?.logPath ?? flags.logPath;
  return path === undefined ? null : resolve(folder, path);
}

/** What the command before left in the target folder: dbt's partial parse. */
export function savedCache({ commandLine, host }: Invoked): ParseCache {
  const isWanted = (root: PackageProject): boolean =>
    resolveFlags({ commandLine, env: host.env, project: root.flags, places: root.flagPlaces }).partialParse;
  return createSavedParseCache({ maker: `eider ${eiderVersion()}`, isWanted });
}

/** The first lines of a command, and the one that its end will write. */
function greet(reporter: Reporter, invoked: Invoked, flags: Flags, startedAt: Date, tally: DeprecationTally): void {
  const { argv, command, host } = invoked;
  reporter.line(versionLine(eiderVersion()));
  reporter.line(argsLine(flagArgs(command, flags, { argv, env: host.env, project: {} }, {})));
  invoked.onEnd?.((exitCode) => {
    const at = host.now();
    reporter.close();
    tellDeprecations(reporter, tally);
    reporter.line(completedLine(`eider ${command}`, exitCode === 0, at, at.getTime() - startedAt.getTime()));
  });
}

/** What of dbt's deprecated spellings a command met, as its end. */
export function tellDeprecations(reporter: Reporter, tally: DeprecationTally): void {
  const summary = tally.summary();
  if (summary !== undefined) reporter.line(summary);
}

/** Ends a command whose findings were printed. */
function giveUp(reporter: Reporter, found: readonly Diagnostic[]): never {
  const sum = foundSentence(found);
  if (sum !== undefined) reporter.warn(sum);
  throw new ReportedFailure(2);
}

/** As `openRootProject`, then parses and links: every finding of all steps is printed before the command gives up. */
export async function openProject(invoked: Invoked, talk?: Talk): Promise<OpenProject> {
  const opened = await openRootProject(invoked, talk);
  const { project, root, flags, reporter, findings } = opened;
  const rendering = renderingOf(invoked, opened);
  const parsed = parseProject(project, rendering);
  await opened.cache.save?.();
  const named = await readSelectors(project, invoked.host.env);
  const linked = once(() => {
    const { manifest } = parsed;
    manifest.selectors = named.records;
    return { manifest, ...buildGraph(manifest) };
  });
  // A parse is kept if nothing was wrong with its graph.
  const cycles = parsed.kept === undefined ? linked().diagnostics : [];
  const found = withoutConsequences(opened.diagnostics, [...parsed.diagnostics, ...cycles]);
  const shown = findings([...opened.diagnostics, ...found, ...named.diagnostics]);
  if (hasErrors(shown)) giveUp(reporter, shown);
  const targetPath = root.targetPath;
  const targetFolder = resolve(project.root, targetPath);
  const about = { ...opened, parsed, linked, selectors: named.records, targetFolder, targetPath };
  // As in dbt, docs generate writes the manifest when all is compiled: under --no-compile that of the last run stays.
  const invocation = flags.writeJson && invoked.command !== 'docs' ? opened.invocation() : null;
  const written = talk === undefined ? await tellParsed({ ...about, invocation }) : null;
  const compiler = once(() => {
    const { graph, manifest } = linked();
    return createCompiler(project, manifest, graph, {
      ...rendering,
      macros: parsed.macros(),
      fullRefresh: flags.fullRefresh,
    });
  });
  const placed = (one: Diagnostic): Diagnostic => {
    if (one.place !== undefined) return one;
    const place =
      one.node === undefined || linked().manifest.nodes[one.node] === undefined
        ? profilePlace(one, project.target)
        : compiler().placeOf(one.node, /location/.test(one.code) ? 'location' : undefined);
    return place === undefined ? one : { ...one, place };
  };
  return {
    ...opened,
    findings: (found) => findings(found.map(placed)),
    get manifest() {
      return linked().manifest;
    },
    get graph() {
      return linked().graph;
    },
    get compiler() {
      return compiler();
    },
    targetFolder,
    targetPath,
    written,
    selectors: named.selectors,
    withExcerpts: (results) => excerpted(results, project.root),
  };
}

function excerpted<T extends Pick<NodeResult, 'diagnostics'>>(results: readonly T[], root: string): readonly T[] {
  const texts = textsOf(root);
  return results.map((result) => ({
    ...result,
    diagnostics: result.diagnostics.map((one) => withExcerpt(one, texts)),
  }));
}

/** How the templates of a command are rendered, and where their lines go. */
function renderingOf(invoked: Invoked, opened: RootProject) {
  const { cache, flags, invocation, reporter } = opened;
  const { id, startedAt } = invocation();
  return {
    cache,
    invocationId: id,
    startedAt,
    flags: templateFlags(invoked, opened),
    sample: flags.sample && sampleWindow(flags.sample, startedAt),
    onLog: (message: string, info: boolean, node: string | null) => reporter.line(jinjaLine(message, info, node)),
    onPrint: (message: string) => (flags.print ? reporter.result(message) : undefined),
    onWarning: warningTeller(opened),
  };
}

/** Prints what templates warn of while they run, each once; nothing of what is an error here, which their node then tells. */
function warningTeller({ findings, flags }: RootProject): (finding: Diagnostic) => 'error' | undefined {
  const told = new Set<string>();
  return (finding) => {
    if (warningFate(finding, flags.warnErrorOptions, flags.warnError) === 'error') return 'error';
    const key = JSON.stringify([finding.node, finding.message]);
    if (!told.has(key)) findings([finding]);
    told.add(key);
    return undefined;
  };
}

/**
 * What parsing found, without what may only follow from a file that could not be read: a name that nothing has is no finding while the file that may
 * define it is missing.
 */
function withoutConsequences(read: readonly Diagnostic[], parsed: readonly Diagnostic[]): readonly Diagnostic[] {
  const errors = read.filter(({ code, severity }) => severity === 'error' && code !== 'project/unknown-key');
  const [declarations, others] = [errors.filter(isPropertyFile), errors.filter((one) => !isPropertyFile(one))];
  const hidden = others.length > 0 ? [...declared, ...defined] : declarations.length > 0 ? declared : [];
  if (hidden.length > 0) return parsed.filter(({ code }) => !hidden.includes(code));
  // A file of macros is no node: what it would define is unknown.
  const misread = parsed.some(({ code, node }) => code === 'jinja/syntax' && node === undefined);
  return misread ? parsed.filter(({ code }) => code !== 'macro/not-found') : parsed;
}

/** Property files declare sources and describe nodes; nodes and macros are files of their own. */
function isPropertyFile({ place }: Diagnostic): boolean {
  const file = place?.file ?? '';
  return /\.ya?ml$/.test(file) && !/^(dbt_project|packages|dependencies|profiles|selectors)\.yml$/.test(file);
}

const declared: readonly string[] = ['source/not-found', 'project/no-node', 'project/unused-config'];
const defined: readonly string[] = ['ref/not-found', 'ref/disabled', 'macro/not-found'];

/** What templates see as `flags` and `invocation_args_dict`. */
function templateFlags(
  { argv, command, host }: Invoked,
  { flags, project, root }: RootProject,
): Readonly<Record<string, unknown>> {
  const { logPath: log_path, profilesDir: profiles_dir, projectDir: project_dir } = flags;
  const places = Object.entries({ log_path, profiles_dir, project_dir }).filter(([, place]) => place !== undefined);
  const sources = { argv, env: host.env, project: root.flags };
  return { ...flagArgs(command, flags, sources, project.cliVars), ...Object.fromEntries(places) };
}
