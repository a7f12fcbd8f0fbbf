import type { KeptWhole, NewWhole, ParseCache, WholeBasis } from '../cache/parse-cache.ts';
import type { Config } from '../context/config.ts';
import { placeOfConfig } from '../context/config-place.ts';
import { createLookup } from '../context/lookup.ts';
import type { MacroLibrary } from '../context/macro-library.ts';
import { rememberOrigins } from '../context/origin.ts';
import type { Reads } from '../context/reads.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { packageVars } from '../context/vars.ts';
import { yamlContext } from '../context/yaml-context.ts';
import { deprecated } from '../deprecated.ts';
import { type Diagnostic, type Place, warning } from '../diagnostics.ts';
import { JinjaEnvironment } from '../jinja/environment.ts';
import type { DocBlock, Manifest, ManifestNode } from '../manifest/nodes.ts';
import { primaryKeys } from '../manifest/primary-key.ts';
import { manifestMetadata } from '../manifest/write-manifest.ts';
import { once } from '../once.ts';
import type { Project, SourceFile } from '../project/project.ts';
import { type ConfigSource, configSource } from './config/config-source.ts';
import { badConfigValues } from './config-values.ts';
import { contractConfigs } from './contract-configs.ts';
import { deprecations } from './deprecations.ts';
import { parseDocsFile, renderDescriptions } from './docs.ts';
import { enabledTwins, twinFixtures } from './duplicate-nodes.ts';
import { checkRelationNames } from './duplicate-relations.ts';
import { parseExposures } from './exposures.ts';
import { parseGenericTests } from './generic-tests.ts';
import { badGroups, parseGroups } from './groups.ts';
import { parseRunHooks } from './hook-nodes.ts';
import { linkManifest } from './link.ts';
import { deadDispatches } from './macro-dependencies.ts';
import { patchMacros } from './macro-patches.ts';
import { macroFiles, macroLibrary, readMacros } from './macros.ts';
import { microbatchConfigs } from './microbatch-configs.ts';
import { fqnOf, stem } from './new-node.ts';
import { fixedMaterializations, unknownMaterializations } from './own-materializations.ts';
import { ParseMemory } from './parse-memory.ts';
import type { ParseState } from './parse-state.ts';
import { indexPatches, type Patch, type PatchHome, type PatchIndex, patchName } from './patches.ts';
import { type Present, presentAnswers, wholeBasis, worldPrint } from './present-answers.ts';
import { refusedModels } from './refused-models.ts';
import { relationNamer } from './relation-namer.ts';
import { parseSeed } from './seeds.ts';
import { parseMetrics } from './semantics/metrics.ts';
import { parseSavedQueries } from './semantics/saved-queries.ts';
import { parseSemanticModels } from './semantics/semantic-models.ts';
import { validateSemantics } from './semantics/validate-semantics.ts';
import { badSnapshotConfigs } from './snapshot-configs.ts';
import { sourceParser } from './sources.ts';
import { parseSqlFile, parseYamlSnapshot } from './sql-nodes.ts';
import { itemsOf, type TestTarget, testsOf } from './test-targets.ts';
import { unusedConfigs } from './unused-configs.ts';
import { versionTests } from './versions.ts';
import { type YamlRenderer, yamlRenderer } from './yaml-renderer.ts';

export interface ParseOptions {
  readonly startedAt: Date;
  readonly invocationId?: string;
  /** What the command line set: `flags.WHICH` and the like. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly onLog?: (message: string, info: boolean, node: string | null) => void;
  readonly onPrint?: (message: string) => void;
  /** What earlier calls for this project left: the result is the same with it, and comes sooner. */
  readonly cache?: ParseCache;
}

export interface ParsedProject {
  readonly manifest: Manifest;
  readonly diagnostics: readonly Diagnostic[];
  /** All macros, for the compiler. */
  readonly macros: () => MacroLibrary;
  /** The parse that the cache keeps whole, if this is it: then the manifest is made when somebody asks for it. */
  readonly kept?: KeptWhole;
  /** What the cache may keep whole: absent where the parse rests on what is another each time. */
  readonly whole?: NewWhole;
}

/**
 * Parses and links a project: every template is rendered once with `execute` false and without a database, to learn its configs, refs, sources and
 * macros. Everything wrong is a finding; the manifest holds what could be read.
 */
export function parseProject(project: Project, options: ParseOptions): ParsedProject {
  const { cache, startedAt } = options;
  if (cache?.wholes === undefined) return parseAnew(project, options);
  const basis = wholeBasis(project, options.flags ?? {}, startedAt);
  const kept = cache.wholes.find(basis);
  return kept === null ? parseAnew(project, options, basis) : keptProject(kept, project, options);
}

/** A parse of before, which says what it said then. */
function keptProject(kept: KeptWhole, project: Project, options: ParseOptions): ParsedProject {
  for (const { message, info, node } of kept.said)
    if (info === null) options.onPrint?.(message);
    else options.onLog?.(message, info, node);
  const { onLog: _, onPrint: __, ...silent } = options;
  const again = once(() => parseAnew(project, silent));
  const manifest = once(() => {
    const whole = kept.manifest();
    if (whole === null) return again().manifest;
    rememberOrigins(whole, once(kept.origins));
    return whole;
  });
  const macros = once(() => {
    const files = kept.macroFiles();
    return files === null ? again().macros() : macroLibrary(project.name, files, manifest().macros);
  });
  return {
    diagnostics: kept.diagnostics,
    kept,
    macros,
    get manifest() {
      return manifest();
    },
  };
}

function parseAnew(project: Project, options: ParseOptions, basis?: WholeBasis): ParsedProject {
  const environment = options.cache?.environment ?? new JinjaEnvironment();
  const { macros, diagnostics: macroFindings } = readMacros(project, environment, options.startedAt, options.cache);
  const diagnostics: Diagnostic[] = [...macroFindings];
  const memory = memoryOf(project, options.cache, () => ({ ...state, ...state.scope }));
  const scope = parseScope(project, environment, { macros, options, diagnostics, memory });
  const state = parseState(scope, diagnostics, memory);
  parseFiles(state);
  parseProperties(state);
  memory?.finish();
  checkRelationNames(state);
  linkManifest(state);
  inferPrimaryKeys(scope.manifest);
  renderDescriptions(state);
  rememberOrigins(scope.manifest, () => state.origins);
  diagnostics.push(...deadDispatches(macros, project).filter((one) => !isTold(one, diagnostics)));
  diagnostics.push(...badConfigValues(scope), ...badGroups(scope), ...badSnapshotConfigs(scope));
  const placeOf = (node: ManifestNode, key: string): Place | undefined => placeOfConfig(scope, node, key)?.place;
  diagnostics.push(
    ...microbatchConfigs(scope.manifest, scope.project, placeOf),
    ...contractConfigs(scope.manifest, placeOf),
  );
  diagnostics.push(...twinFixtures(project), ...enabledTwins(scope.manifest, state.patches));
  diagnostics.push(...validateSemantics(state), ...deprecations(state));
  diagnostics.push(
    ...fixedMaterializations(scope),
    ...unknownMaterializations(scope),
    ...refusedModels(scope),
    ...unusedConfigs(project, scope.manifest),
  );
  return ended(state, options.cache, basis);
}

/** What is to be told of a parse, and to be kept of it. */
function ended(
  { diagnostics, memory, origins, scope }: ParseState,
  cache: ParseCache | undefined,
  basis: WholeBasis | undefined,
): ParsedProject {
  const { macros, manifest, project } = scope;
  const parsed = { manifest, diagnostics: diagnostics.map((one) => placed(one, origins)) };
  const told = { ...parsed, macros: () => macros };
  if (basis === undefined || cache === undefined || memory?.isRepeatable !== true) return told;
  const later = { questions: () => memory.asked(), macroFiles: () => macroFiles(project, cache) };
  const whole = { ...parsed, ...later, basis, origins, said: memory.said };
  return { ...told, whole };
}

/** Whether a render failed there in the same words. */
function isTold({ message, place }: Diagnostic, told: readonly Diagnostic[]): boolean {
  const isThere = (one: Place | undefined): boolean =>
    one !== undefined && one.file === place?.file && one.line === place.line && one.column === place.column;
  return told.some((one) => one.message === message && isThere(one.place));
}

/** What a template warns of has no place of its own: it is the template's. */
function placed(finding: Diagnostic, origins: ReadonlyMap<string, Place>): Diagnostic {
  const place = finding.node === undefined ? undefined : origins.get(finding.node);
  return finding.place === undefined && place !== undefined ? { ...finding, place } : finding;
}

function inferPrimaryKeys(manifest: Manifest): void {
  for (const [id, key] of primaryKeys(manifest)) {
    const model = manifest.nodes[id];
    if (model?.resource_type === 'model') model.primary_key = [...key];
  }
}

interface ScopeParts {
  readonly macros: MacroLibrary;
  readonly options: ParseOptions;
  readonly diagnostics: Diagnostic[];
  readonly memory: ParseMemory | undefined;
}

function memoryOf(project: Project, cache: ParseCache | undefined, present: () => Present): ParseMemory | undefined {
  return cache === undefined ? undefined : new ParseMemory(cache, worldPrint(project), presentAnswers(present));
}

function parseScope(
  project: Project,
  environment: JinjaEnvironment,
  { macros, options, diagnostics, memory }: ScopeParts,
): RenderScope {
  const manifest = emptyManifest(project, macros);
  return {
    project,
    environment,
    macros,
    manifest,
    lookup: () => createLookup(manifest, project),
    quoting: project.packages[0]?.quoting ?? {},
    invocationId: options.invocationId ?? '',
    startedAt: options.startedAt,
    flags: options.flags ?? {},
    onLog: (message, info, node) => {
      memory?.say({ message, info, node });
      options.onLog?.(message, info, node);
    },
    onPrint: (message) => {
      memory?.say({ message, info: null, node: null });
      options.onPrint?.(message);
    },
    onWarning: (message, node) => diagnostics.push(warning('jinja/render', message, node === null ? {} : { node })),
    onDeprecated: (name, message, node) => diagnostics.push(deprecated(name, message, node === null ? {} : { node })),
    ...(memory === undefined ? {} : { reads: memory }),
  };
}

/** The page that a documentation site opens with where a project has none of its own; under dbt's name, for sites ask for that. */
const overview: DocBlock = {
  name: '__overview__',
  resource_type: 'doc',
  package_name: 'dbt',
  path: 'overview.md',
  original_file_path: 'docs/overview.md',
  unique_id: 'doc.dbt.__overview__',
  block_contents:
    'What this project builds: its models, sources, tests and the columns of their relations. Write a docs block `__overview__` in a Markdown file to say it in your own words.',
};

function emptyManifest(project: Project, macros: MacroLibrary): Manifest {
  return {
    metadata: manifestMetadata(project),
    nodes: {},
    sources: {},
    macros: Object.fromEntries([...macros.byId].map(([id, macro]) => [id, macro.node])),
    docs: { [overview.unique_id]: overview },
    exposures: {},
    metrics: {},
    semantic_models: {},
    saved_queries: {},
    groups: {},
    selectors: {},
    disabled: {},
    withdrawn: {},
    parent_map: {},
    child_map: {},
  };
}

function parseState(scope: RenderScope, diagnostics: Diagnostic[], memory: ParseMemory | undefined): ParseState {
  const { project, environment } = scope;
  const renderers = new Map<string, YamlRenderer>();
  const rendererFor = (packageName: string): YamlRenderer => {
    const known = renderers.get(packageName);
    if (known !== undefined) return known;
    const context = yamlContext(scope, packageVars(project, packageName), packageName);
    const renderer = yamlRenderer(environment, context, diagnostics);
    renderers.set(packageName, renderer);
    return renderer;
  };
  const projectRenderer = yamlRenderer(
    environment,
    yamlContext(scope, project.cliVars, 'dbt_project.yml'),
    diagnostics,
  );
  const configs = notedConfigs(configSource(project, projectRenderer), memory);
  let lookup: ReturnType<typeof createLookup> | undefined;
  return {
    scope,
    diagnostics,
    configs,
    namer: relationNamer(scope, diagnostics),
    patches: notedPatches(indexPatches(project, rendererFor, diagnostics, homeTest(project, configs)), memory),
    rendererFor,
    origins: new Map(),
    macroEntries: new Map(),
    calls: new Map(),
    memory,
    lookup: () => {
      lookup ??= createLookup(scope.manifest, project);
      return lookup;
    },
  };
}

function notedConfigs(configs: ConfigSource, reads: Reads | undefined): ConfigSource {
  const assemble: ConfigSource['assemble'] = (request) => {
    reads?.note('config', `${request.type} ${request.packageName}`, JSON.stringify(request.fqn));
    return configs.assemble(request);
  };
  return { ...configs, assemble };
}

function notedPatches(patches: PatchIndex, reads: Reads | undefined): PatchIndex {
  return {
    ...patches,
    take: (node) => {
      reads?.note('patch', '', JSON.stringify(patchName(node)));
      return patches.take(node);
    },
    versionOf: (packageName, fileName) => {
      reads?.note('version', packageName, fileName);
      return patches.versionOf(packageName, fileName);
    },
  };
}

/** Whether the package of an entry has no node for it, or one that the project files switch off; and then whether another package has one that they do not. */
function homeTest(project: Project, configs: ConfigSource): (patch: Patch) => PatchHome {
  const kinds: Readonly<Record<string, string>> = { model: 'model', 'python-model': 'model', seed: 'seed' };
  const files = new Map(
    project.files.map((file) => [`${file.packageName}.${kinds[file.kind]}.${stem(file.path)}`, file]),
  );
  return ({ config, name, packageName, type, version }) => {
    const fileIn = (owner: string): SourceFile | undefined =>
      files.get(`${owner}.${type}.${version?.definedIn ?? name}`) ?? files.get(`${owner}.${type}.${name}`);
    const isOff = (file: SourceFile, patch: Config): boolean => {
      const { packageName: owner } = file;
      const fqn = fqnOf(owner, file.relativePath, name);
      return configs.assemble({ type, fqn, packageName: owner, calls: {}, patch }).config.enabled === false;
    };
    const own = fileIn(packageName);
    if (own !== undefined && !isOff(own, config)) return 'own';
    if (own === undefined) return type === 'model' || type === 'seed' ? 'other' : 'own';
    const others = project.packages.flatMap((one) => (one.name === packageName ? [] : (fileIn(one.name) ?? [])));
    return others.some((file) => !isOff(file, {})) ? 'other' : 'any';
  };
}

function parseFiles(state: ParseState): void {
  const { project } = state.scope;
  for (const file of project.files) {
    if (file.kind === 'seed') parseSeed(state, file);
    else if (file.kind === 'docs') parseDocsFile(state, file);
    else parseSqlFile(state, file);
  }
  for (const patch of state.patches.all)
    if (patch.type === 'snapshot' && typeof patch.data.relation === 'string') parseYamlSnapshot(state, patch);
  for (const owner of project.packages) parseRunHooks(state, owner);
}

function parseProperties(state: ParseState): void {
  const { project, manifest } = state.scope;
  for (const patch of state.patches.all) {
    const target = testTarget(patch);
    if (target !== null) parseGenericTests(state, target);
  }
  const sources = sourceParser(state);
  for (const file of project.properties) {
    sources.parse(file);
    parseGroups(state, file);
    parseExposures(state, file);
    parseSemanticModels(state, file);
    parseMetrics(state, file);
    parseSavedQueries(state, file);
    patchMacros(state, file);
  }
  sources.finish();
  const nodes = Object.values(manifest.nodes);
  const names = [...nodes, ...Object.values(manifest.disabled).flat()].map((node) => node.name);
  state.diagnostics.push(...state.patches.unused(nodes, names));
}

function testTarget(patch: Patch): TestTarget | null {
  const { type, entry, version } = patch;
  if (type !== 'model' && type !== 'seed' && type !== 'snapshot') return null;
  const v = version?.v ?? null;
  return {
    kind: type,
    key: `${type}s`,
    file: patch.file,
    name: patch.name,
    version: v,
    expression: v === null ? `ref('${patch.name}')` : `ref('${patch.name}', version='${v}')`,
    ...(version === undefined
      ? { tests: testsOf(entry), columns: itemsOf(entry.get('columns')) }
      : versionTests(entry, version)),
    quoteColumns: patch.data.quote_columns === true,
    tags: [],
  };
}
