import { hashOf, printOf } from '../cache/print-of.ts';
import type { Config } from '../context/config.ts';
import { isMapping } from '../context/plain.ts';
import { type Diagnostic, error, type Place, warning } from '../diagnostics.ts';
import type { ColumnInfo, FunctionNode, ManifestNode, ResourceType } from '../manifest/nodes.ts';
import { didYouMeanHint } from '../near-names.ts';
import { behaviorFlag } from '../project/behavior-flags.ts';
import type { Located } from '../project/located.ts';
import type { Project, PropertyFile } from '../project/project.ts';
import { columnInfos } from './columns.ts';
import { modelConstraints } from './constraints.ts';
import { contractChecksum } from './contract-checksum.ts';
import { listOf, recordOf, textOf } from './read-values.ts';
import { type ModelVersion, modelVersions } from './versions.ts';
import type { YamlRenderer } from './yaml-renderer.ts';

/** What a property file says about one node. */
export interface Patch {
  readonly type: ResourceType;
  readonly name: string;
  readonly version: ModelVersion | undefined;
  readonly packageName: string;
  readonly file: PropertyFile['file'];
  readonly entry: Located;
  /** The entry with its texts rendered, but for descriptions and tests. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly config: Config;
  readonly columns: Readonly<Record<string, ColumnInfo>>;
  /** An earlier entry for the same version, which this one takes the place of. */
  readonly replaced?: Patch;
}

/** The property files' entries, to be taken by the nodes they describe. */
export interface PatchIndex {
  /** The entry for a node, if there is one; it then counts as used. */
  take(node: ManifestNode): Patch | undefined;
  /** The entry for a node of that name. */
  named(type: ResourceType, packageName: string, name: string, version: string | number | null): Patch | undefined;
  /** The version that a model file holds, by the file's name. */
  versionOf(packageName: string, fileName: string): ModelVersion | undefined;
  readonly all: readonly Patch[];
  /** Findings about entries that no node took. `nodes` are the enabled ones, `names` those of the disabled ones too. */
  unused(nodes: readonly ManifestNode[], names: readonly string[]): readonly Diagnostic[];
}

const KINDS = [
  ['models', 'models', 'model'],
  ['seeds', 'seeds', 'seed'],
  ['snapshots', 'snapshots', 'snapshot'],
  ['analyses', 'analyses', 'analysis'],
  ['dataTests', 'data_tests', 'test'],
  ['functions', 'functions', 'function'],
] as const;

/** Whose node an entry describes, by its name: its own package's; another package's; its own package's, which is switched off, and whatever another has. */
export type PatchHome = 'own' | 'other' | 'any';

/**
 * Indexes the entries of all property files. Entries that stand twice are findings. An entry whose package has no such node, or one that is switched off,
 * describes one of that name in another package: so a project that replaces a package's model keeps its descriptions and tests.
 */
export function indexPatches(
  project: Project,
  rendererFor: (packageName: string) => YamlRenderer,
  diagnostics: Diagnostic[],
  homeOf: (patch: Patch) => PatchHome,
): PatchIndex {
  const all = project.properties.flatMap((file) => patchesOf(file, rendererFor(file.file.packageName)));
  const byKey = new Map<string, Patch>();
  const byName = new Map<string, Patch[]>();
  const versions = new Map<string, ModelVersion>();
  for (const patch of all) {
    const key = patchKey(patch);
    const twin = byKey.get(key);
    const counts = twin === undefined ? patch : secondOf(patch, twin);
    if ('severity' in counts) {
      diagnostics.push(counts);
      continue;
    }
    byKey.set(key, counts);
    const name = keyOf(patch.type, '', patch.name, patch.version?.v ?? null);
    byName.set(name, [...(byName.get(name) ?? []).filter((one) => one !== twin), counts]);
    if (counts.version !== undefined) addVersion(versions, counts.packageName, counts.version);
  }
  const used = new Set<Patch>();
  const named: PatchIndex['named'] = (type, packageName, name, version) => {
    const own = byKey.get(keyOf(type, packageName, name, version));
    if (own !== undefined) return homeOf(own) === 'other' ? undefined : own;
    return byName.get(keyOf(type, '', name, version))?.find((one) => homeOf(one) !== 'own');
  };
  return {
    all,
    named,
    versionOf: (packageName, fileName) => versions.get(`${packageName}.${fileName}`),
    take: (node) => {
      const patch = named(...patchName(node));
      if (patch !== undefined) used.add(patch);
      return patch;
    },
    unused: (nodes, names) =>
      [...byKey.values()]
        .filter((patch) => !used.has(patch))
        .map((patch) => {
          const twin = elsewhere(patch, nodes).flatMap((node) => named(...patchName(node)) ?? [])[0];
          return twin === undefined ? nothingToDescribe(patch, names, nodes) : twice(patch, twin);
        }),
  };
}

/** An entry with those that it takes the place of, the oldest first: dbt lays the configs of each over the node's. */
export function entriesOf(patch: Patch): readonly Patch[] {
  return patch.replaced === undefined ? [patch] : [...entriesOf(patch.replaced), patch];
}

/** By what a node's entry is looked for. */
export function patchName(node: ManifestNode): Parameters<PatchIndex['named']> {
  const version = node.resource_type === 'model' ? node.version : null;
  return [node.resource_type, node.package_name, node.name, version];
}

/** A print of all that a node takes from its entry: see `applyPatch`, and its config. */
export function patchPrint(patch: Patch | undefined): string {
  if (patch === undefined) return '';
  const { packageName, file, config, columns, data, replaced } = patch;
  const { arguments: args, description, constraints, deprecation_date, returns, time_spine } = data;
  const values = {
    path: file.path,
    config,
    columns,
    description,
    constraints,
    deprecation_date,
    time_spine,
    args,
    returns,
  };
  return hashOf(printOf([packageName, values, patchPrint(replaced)]));
}

/** Writes what a property file says into the node; the config was laid over it before. What it reads has to be in `patchPrint`. */
export function applyPatch(node: ManifestNode, patch: Patch): void {
  node.patch_path = `${patch.packageName}://${patch.file.path}`;
  node.description = textOf(patch.data.description);
  node.columns = { ...patch.columns };
  if (node.resource_type === 'function') signFunction(node, patch.data);
  if (node.resource_type !== 'model') return;
  node.constraints = modelConstraints(patch.data.constraints);
  node.deprecation_date = timestamp(patch.data.deprecation_date);
  node.contract.checksum = contractChecksum(node);
  const { custom_granularities: custom, standard_granularity_column: column } = recordOf(patch.data.time_spine);
  if (column === undefined) return;
  const granularities = listOf(custom).map((one) => ({ column_name: null, ...recordOf(one) }));
  node.time_spine = { standard_granularity_column: column, custom_granularities: granularities };
}

/** What a function takes and gives. */
function signFunction(node: FunctionNode, data: Patch['data']): void {
  node.arguments = listOf(data.arguments).map((one) => {
    const { name, data_type, description, default_value: value = null } = recordOf(one);
    return {
      name: textOf(name),
      data_type: textOf(data_type),
      description: textOrNull(description),
      default_value: value,
    };
  });
  const { data_type, description } = recordOf(data.returns);
  node.returns = typeof data_type === 'string' ? { data_type, description: textOrNull(description) } : null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A date or a time, as people write it. */
const written =
  /^(\d{4}-\d\d-\d\d)(?:(?:T| +)(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?\s*(?:(Z)|([+-]\d\d):?(\d\d)?)?$/;

/** As dbt writes a time; a date is its first moment here. */
function timestamp(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const found = written.exec(value);
  if (found === null) return value;
  const [, day, minute = '00:00', seconds = '00', fraction = '', utc, hours, rest = '00'] = found;
  const time = `${day}T${minute}:${seconds}`;
  const micros = Number(fraction) === 0 ? '' : `.${fraction.padEnd(6, '0')}`;
  const zone = utc === undefined ? (hours === undefined ? localZone(time) : `${hours}:${rest}`) : '+00:00';
  return `${time}${micros}${zone}`;
}

/** The offset of this machine's time zone at a local time. */
function localZone(time: string): string {
  const minutes = -new Date(time).getTimezoneOffset();
  const two = (number: number): string => String(number).padStart(2, '0');
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${two(hours)}:${two(rest)}`;
}

function patchesOf(file: PropertyFile, renderer: YamlRenderer): Patch[] {
  return KINDS.flatMap(([list, kind, type]) =>
    file[list].flatMap((entry) => {
      const data = renderer.entry(kind, entry);
      const versions = type === 'model' ? modelVersions(data) : [];
      if (versions.length === 0) return [patchOf(type, file, entry, data, undefined)];
      return versions.map((version) => patchOf(type, file, entry, { ...data, ...version.overrides }, version));
    }),
  );
}

/** Keys that dbt takes at an entry's top level and moves into its config. */
const MOVED = ['meta', 'docs', 'group', 'contract', 'access'] as const;

function patchOf(
  type: ResourceType,
  file: PropertyFile,
  entry: Located,
  data: Readonly<Record<string, unknown>>,
  version: ModelVersion | undefined,
): Patch {
  const config: Config = { ...recordOf(data.config) };
  for (const key of MOVED) if (key in data && !(key in config)) config[key] = data[key];
  const columns = columnInfos(data.columns);
  return {
    type,
    name: textOf(data.name),
    version,
    packageName: file.file.packageName,
    file: file.file,
    entry,
    data,
    config,
    columns,
  };
}

function addVersion(versions: Map<string, ModelVersion>, packageName: string, version: ModelVersion): void {
  versions.set(`${packageName}.${version.definedIn}`, version);
  if (String(version.v) === String(version.latest)) {
    const plain = `${packageName}.${version.model}`;
    if (!versions.has(plain)) versions.set(plain, version);
  }
}

function keyOf(type: ResourceType, packageName: string, name: string, version: string | number | null): string {
  return `${type}\n${packageName}\n${name}\n${version ?? ''}`;
}

function patchKey(patch: Patch): string {
  return keyOf(patch.type, patch.packageName, patch.name, patch.version?.v ?? null);
}

function namePlace(patch: Patch): Place {
  return patch.entry.get('name')?.place ?? patch.entry.place;
}

/**
 * What becomes of an entry where another stands for the same node. dbt takes a second one for a version of a model: by the file it finds no model any more, for
 * the first gave it its name, so that this is a warning; the latest version it finds by the model's name and describes anew. Where the two disagree on which
 * is the latest it takes one version for the other; that, and any other node's second entry, is an error.
 */
function secondOf(patch: Patch, twin: Patch): Patch | Diagnostic {
  if (patch.version === undefined || twin.version === undefined || patch.packageName !== twin.packageName)
    return twice(patch, twin);
  const { definedIn, latest, named, v } = patch.version;
  if (String(v) !== String(latest)) {
    const other = namePlace(twin);
    const message = `Version ${v} of the model "${patch.name}" is described already, in ${other.file}, line ${other.line}: dbt finds no ${definedIn} for this entry.`;
    return warning('project/no-node', message, { place: namePlace(patch), hint: 'Put both into one entry.' });
  }
  if (String(twin.version.latest) !== String(latest)) return twice(patch, twin);
  return { ...patch, version: { ...patch.version, named: named + twin.version.named }, replaced: twin };
}

/** The nodes that an entry means whose own package has none of its name: of one name in all packages one is described once. */
function elsewhere({ type, name, version }: Patch, nodes: readonly ManifestNode[]): readonly ManifestNode[] {
  if (version !== undefined) return [];
  return nodes.filter((node) => node.resource_type === type && node.name === name && patchName(node)[3] === null);
}

function twice(patch: Patch, twin: Patch): Diagnostic {
  const other = namePlace(twin);
  return error(
    'project/duplicate',
    `The ${patch.type} "${patch.name}" is described twice; the other description is in ${other.file}, line ${other.line}.`,
    {
      place: namePlace(patch),
      hint:
        patch.packageName === twin.packageName
          ? 'Put both into one entry.'
          : `The node is described once for all packages: delete one of the entries, or give the project a ${patch.type} of that name.`,
    },
  );
}

function nothingToDescribe(patch: Patch, names: readonly string[], nodes: readonly ManifestNode[]): Diagnostic {
  const version = patch.version;
  if (version !== undefined) {
    const message = `The model "${patch.name}" has a version ${version.v} here, and no file ${version.definedIn}.sql.`;
    const hint = 'Write the file, name it under `defined_in:`, or delete the version.';
    return warning('project/no-node', message, { place: namePlace(patch), hint });
  }
  const message = `This describes a ${patch.type} "${patch.name}", which the package ${patch.packageName} does not have.`;
  const list = listOfOther(patch, nodes);
  if (list !== undefined) {
    const hint = `It is described under \`${list}:\`: move the entry there.`;
    return {
      ...warning('project/no-node', message, { place: namePlace(patch), hint }),
      dbtName: 'WrongResourceSchemaFile',
    };
  }
  const hint = didYouMeanHint(patch.name, names) ?? 'Correct the name, or delete the entry.';
  return warning('project/no-node', message, { place: namePlace(patch), hint });
}

/** Where a model, seed or snapshot is described that an entry takes for another of these. */
function listOfOther({ name, packageName, type }: Patch, nodes: readonly ManifestNode[]): string | undefined {
  const refable: readonly string[] = ['model', 'seed', 'snapshot'];
  const isIt = (node: ManifestNode): boolean => node.name === name && refable.includes(node.resource_type);
  const other = nodes.find((node) => isIt(node) && node.package_name === packageName) ?? nodes.find(isIt);
  return other === undefined || !refable.includes(type) ? undefined : `${other.resource_type}s`;
}

/** A patch's config as `unrendered_config` keeps it: with what is written in place of what it gives under the flag `state_modified_compare_more_unrendered_values`. */
export function writtenConfig({ config, entry, version }: Patch, project: Pick<Project, 'packages'>): Config {
  if (!behaviorFlag(project, 'state_modified_compare_more_unrendered_values')) return config;
  const own = recordOf(entry.value);
  const raw = version === undefined ? own.config : versionEntry(own, version).config;
  if (!isMapping(raw)) return config;
  return deepMerged(config, raw as Config);
}

/** dbt's `deep_merge`: mappings are merged key by key, lists stand one behind the other. */
function deepMerged(below: Config, above: Config): Config {
  const merged = Object.entries(above).map(([key, value]) => {
    const given = below[key];
    if (isMapping(given) && isMapping(value)) return [key, deepMerged(given as Config, value as Config)];
    return [key, Array.isArray(given) && Array.isArray(value) ? [...given, ...value] : value];
  });
  return { ...below, ...Object.fromEntries(merged) };
}

function versionEntry(
  entry: Readonly<Record<string, unknown>>,
  { v }: ModelVersion,
): Readonly<Record<string, unknown>> {
  return (
    listOf(entry.versions)
      .map(recordOf)
      .find((one) => one.v === v) ?? {}
  );
}
