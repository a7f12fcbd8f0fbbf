import { compareManifests, type ManifestChanges, type NodeChange } from '../manifest/compare-manifests.ts';
import { isExternal } from '../manifest/is-external.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import type { Project } from '../project/project.ts';
import type { Compiler } from './compiler.ts';
import { plainSql } from './plain-sql.ts';

/** What to build after a project changed. */
export interface ChangedNodes {
  /** Nodes to build, or tests to run, and how each differs: by unique id. Children that read the same relations as before are not among them. */
  readonly changed: ReadonlyMap<string, ReadonlySet<NodeChange>>;
  /** Nodes whose files or macros differ, and whose SQL, hooks and layout come out the same. */
  readonly same: readonly string[];
  /** Nodes of which only descriptions differ. */
  readonly described: readonly string[];
  /** Nodes that are gone, or switched off. */
  readonly removed: readonly string[];
}

/**
 * Compares two states of one project: which nodes would give something else now. A node whose template, macros or parents differ is rendered on both
 * sides without a database; where that comes out equal, but for comments and white space, it is not changed. One that asks a database while it renders counts as changed.
 */
export async function changedNodes(before: Compiler, after: Compiler): Promise<ChangedNodes> {
  const found = compareManifests(before.manifest, after.manifest);
  const changed = new Map<string, ReadonlySet<NodeChange>>();
  const same: string[] = [];
  const described: string[] = [];
  const candidates = new Map([...inContext(before, after, found), ...found.changed, ...bigSeeds(before, after)]);
  const inlined = new Set<string>();
  for (const id of after.graph.order(candidates.keys())) {
    const kinds = candidates.get(id) ?? new Set();
    const node = after.manifest.nodes[id];
    if (node === undefined || notBuilt.has(node.resource_type)) continue;
    const verdict = isCertain(node, kinds) ? 'changed' : await comparedTexts(before, after, id, kinds);
    if (verdict === 'changed') changed.set(id, kinds);
    else if (verdict === 'same') same.push(id);
    else if (kinds.has('descriptions')) described.push(id);
    if (verdict === 'changed' && isInlined(node)) inlined.add(id);
  }
  for (const id of inlined) addReaders(id, after, changed);
  return { changed, same, described, removed: found.removed };
}

const notBuilt: ReadonlySet<string> = new Set(['analysis', 'operation', 'sql_operation']);
const certain: readonly NodeChange[] = ['new', 'configs', 'relation', 'contract'];
const rendered: readonly NodeChange[] = ['body', 'macros', 'parents', 'columns'];

function isCertain(node: ManifestNode, kinds: ReadonlySet<NodeChange>): boolean {
  const isOpaque = node.resource_type === 'seed' || node.language === 'python';
  return certain.some((kind) => kinds.has(kind)) || (isOpaque && kinds.has('body'));
}

/** `words`: nothing that is rendered differs. Without a kind the node is looked at for its surroundings alone, and doubt is no change then. */
async function comparedTexts(
  before: Compiler,
  after: Compiler,
  id: string,
  kinds: ReadonlySet<NodeChange>,
): Promise<'changed' | 'same' | 'words'> {
  const isSuspect = rendered.some((kind) => kinds.has(kind));
  if (!isSuspect && kinds.size > 0) return 'words';
  const [old, now] = [await renderedTexts(before, id), await renderedTexts(after, id)];
  if (old === null || now === null) return isSuspect ? 'changed' : 'words';
  if (old !== now) return 'changed';
  return isSuspect ? 'same' : 'words';
}

/** All that a node's templates give without a database: SQL, hooks, location and options. Null where that cannot be told. */
async function renderedTexts(compiler: Compiler, id: string): Promise<string | null> {
  const node = compiler.manifest.nodes[id];
  if (node === undefined) return null;
  try {
    const sql = node.resource_type === 'seed' ? '' : (await compiler.compile(id, null)).sql;
    const hooks = isTest(node) ? [] : [...node.config['pre-hook'], ...node.config['post-hook']];
    const texts = await Promise.all(hooks.map((hook) => compiler.render(id, hook.sql, null)));
    const layout = isExternal(node) ? await compiler.layout(id, null) : null;
    return JSON.stringify([plainSql(sql) ?? sql, texts, layout]);
  } catch {
    return null;
  }
}

/** Every node, where something changed that any template may read: a macro that is called by a computed name, a variable, the target. */
function inContext(before: Compiler, after: Compiler, found: ManifestChanges): ReadonlyMap<string, Set<NodeChange>> {
  const isSame = !found.macros && surroundings(before.project) === surroundings(after.project);
  return new Map(isSame ? [] : Object.keys(after.manifest.nodes).map((id) => [id, new Set()]));
}

function surroundings({ cliVars, packages, target }: Project): string {
  return JSON.stringify([
    cliVars,
    target.raw,
    target.externalRoot,
    packages.map(({ dispatch, name, quoting, vars }) => [name, vars, dispatch, quoting]),
  ]);
}

/** Seeds over 1 MiB, which dbt tells apart by their paths: here by size and time too. */
function bigSeeds(before: Compiler, after: Compiler): ReadonlyMap<string, Set<NodeChange>> {
  const marks = ({ files }: Project): ReadonlyMap<string, string> =>
    new Map(
      files
        .filter(({ checksumName, kind }) => kind === 'seed' && checksumName === 'path')
        .map((file) => [`${file.packageName}/${file.path}`, `${file.size} ${file.mtimeMs}`]),
    );
  const [old, now] = [marks(before.project), marks(after.project)];
  const seeds = Object.values(after.manifest.nodes).filter((node) => {
    const key = `${node.package_name}/${node.original_file_path}`;
    return node.resource_type === 'seed' && now.has(key) && old.get(key) !== now.get(key);
  });
  return new Map(seeds.map(({ unique_id }) => [unique_id, new Set<NodeChange>(['body'])]));
}

function isInlined({ config }: ManifestNode): boolean {
  return config.materialized === 'ephemeral';
}

/** The SQL of an ephemeral model is in that of its readers, through further ephemeral ones too. */
function addReaders(id: string, compiler: Compiler, changed: Map<string, ReadonlySet<NodeChange>>): void {
  for (const child of compiler.graph.children(id)) {
    const node = compiler.manifest.nodes[child];
    if (node === undefined) continue;
    if (!changed.has(child)) changed.set(child, new Set(['parents']));
    if (isInlined(node)) addReaders(child, compiler, changed);
  }
}

function isTest({ resource_type: type }: ManifestNode): boolean {
  return type === 'test' || type === 'unit_test';
}
