import { findFunction, functionHint } from '../context/function-calls.ts';
import { createLookup, type Lookup } from '../context/lookup.ts';
import type { CallPlace } from '../context/replay.ts';
import { type Diagnostic, error } from '../diagnostics.ts';
import { leafNodes } from '../manifest/leaf-nodes.ts';
import type { LeafNode, ManifestNode, RefArgs } from '../manifest/nodes.ts';
import { missingRefHint, missingSourceHint } from './missing-names.ts';
import type { ParseState } from './parse-state.ts';
import { linkSemantics } from './semantics/link-semantics.ts';
import { parseUnitTests } from './unit-tests.ts';

type Linked = ManifestNode | LeafNode;

/**
 * Turns the refs and sources of all nodes, and of what stands upon them, into the unique ids they depend on. A name that cannot be resolved is a finding; a test
 * whose node is missing or disabled is withdrawn with it, as in dbt. Unit tests are parsed then: they are on models, versions and all.
 */
export function linkManifest(state: ParseState): Lookup {
  const { manifest, project } = state.scope;
  const lookup = createLookup(manifest, project);
  for (const node of [...Object.values(manifest.nodes), ...leafNodes(manifest)]) {
    if (node.resource_type === 'seed') continue;
    if (linkNode(state, lookup, node)) continue;
    if (node.resource_type === 'test') withdraw(state, node);
  }
  linkSemantics(state);
  parseUnitTests(state, lookup);
  buildMaps(state);
  return lookup;
}

/** False where something that the node needs is not there. */
function linkNode(state: ParseState, lookup: Lookup, node: Linked): boolean {
  const parents = new Set<string>();
  let whole = true;
  for (const [sourceName = '', tableName = ''] of 'sources' in node ? node.sources : []) {
    const found = lookup.source(sourceName, tableName, node.package_name);
    if (found.kind === 'found') parents.add(found.node.unique_id);
    else {
      whole = false;
      report(state, node, sourceFinding(state, lookup, node, [sourceName, tableName], found.kind === 'disabled'));
    }
  }
  for (const ref of node.refs) {
    const found = lookup.ref(ref, node.package_name);
    if (found.kind === 'found') {
      parents.add(found.node.unique_id);
      if (isPrivate(node, found.node)) state.diagnostics.push(privateFinding(state, node, ref, found.node));
    } else {
      whole = false;
      if (found.kind === 'missing' && isOwnSubject(node, ref)) continue;
      report(state, node, refFinding(state, lookup, node, ref, found));
    }
  }
  for (const names of 'functions' in node ? (node.functions ?? []) : []) {
    const found = findFunction(state.scope.manifest, names, node.package_name, state.scope.project.name);
    if (found !== undefined) parents.add(found.unique_id);
    else {
      whole = false;
      report(state, node, functionFinding(state, node, names));
    }
  }
  node.depends_on.nodes = [...parents];
  return whole;
}

function functionFinding(state: ParseState, node: Linked, names: readonly string[]): Diagnostic {
  const place = state.origins.get(node.unique_id);
  const message = `${titleOf(node)} depends on the function '${names.join('.')}', which was not found.`;
  const hint =
    functionHint(state.scope.manifest, names) ??
    'Functions are files under functions/, described in a property file there.';
  return error('ref/not-found', message, { node: node.unique_id, hint, ...(place && { place }) });
}

/** dbt: a private model is for the members of its group alone. */
function isPrivate(node: Linked, parent: ManifestNode): boolean {
  if (parent.resource_type !== 'model' || parent.access !== 'private') return false;
  return !('group' in node) || !node.group || node.group !== parent.group;
}

function privateFinding(state: ParseState, node: Linked, ref: RefArgs, parent: ManifestNode): Diagnostic {
  const where = { ...whereOf(state, node, 'ref', namesOf(ref)), node: node.unique_id };
  const owner = parent.group ? `the group '${parent.group}'` : 'a group, and it is in none';
  const hint = `Give ${node.name} the group too, or set \`access: protected\` on ${parent.name}.`;
  const message = `${titleOf(node)} depends on ${refText(ref)}, which is private to ${owner}.`;
  return error('ref/private', message, { ...where, hint });
}

function namesOf(ref: RefArgs): readonly string[] {
  return ref.package === null ? [ref.name] : [ref.package, ref.name];
}

function report(state: ParseState, node: Linked, finding: Diagnostic | undefined): void {
  if (finding === undefined) return;
  if (node.resource_type !== 'test') state.diagnostics.push(finding);
  else state.diagnostics.push({ ...finding, severity: 'warning' });
}

/** Whether a test is one of an entry that describes no node: the entry is reported, and its tests are no cause of their own. */
function isOwnSubject(node: Linked, ref: RefArgs): boolean {
  if (node.resource_type !== 'test' || typeof node.file_key_name !== 'string') return false;
  return node.file_key_name.split('.').slice(1).join('.') === ref.name;
}

function refFinding(
  state: ParseState,
  lookup: Lookup,
  node: Linked,
  ref: RefArgs,
  found: Exclude<ReturnType<Lookup['ref']>, { kind: 'found' }>,
): Diagnostic | undefined {
  const where = {
    ...whereOf(state, node, 'ref', namesOf(ref)),
    node: node.unique_id,
  };
  const what = refText(ref);
  if (found.kind === 'ambiguous') {
    const hint = `Name the package too: ref('package', '${ref.name}').`;
    return error(
      'ref/ambiguous',
      `${titleOf(node)} depends on ${what}, which several packages have: ${found.ids.join(', ')}.`,
      { ...where, hint },
    );
  }
  if (found.kind === 'disabled') {
    if (node.resource_type === 'test') return undefined;
    const hint = `Enable ${found.node.original_file_path}, or take the ref out.`;
    return error('ref/disabled', `${titleOf(node)} depends on ${what}, which is disabled.`, { ...where, hint });
  }
  const hint = missingRefHint(ref, lookup, node.package_name);
  return error('ref/not-found', `${titleOf(node)} depends on ${what}, which was not found.`, { ...where, hint });
}

function sourceFinding(
  state: ParseState,
  lookup: Lookup,
  node: Linked,
  names: readonly [string, string],
  disabled: boolean,
): Diagnostic | undefined {
  const where = { ...whereOf(state, node, 'source', names), node: node.unique_id };
  const what = `source '${names.join('.')}'`;
  if (disabled) {
    if (node.resource_type === 'test') return undefined;
    return error('source/not-found', `${titleOf(node)} depends on ${what}, which is disabled.`, {
      ...where,
      hint: 'Enable the source, or take the reference out.',
    });
  }
  const hint = missingSourceHint(names, lookup);
  return error('source/not-found', `${titleOf(node)} depends on ${what}, which was not found.`, { ...where, hint });
}

function whereOf(state: ParseState, node: Linked, kind: 'ref' | 'source', names: readonly string[]): CallPlace {
  const call = state.calls.get(node.unique_id)?.(kind, names);
  if (call !== undefined) return call;
  const origin = state.origins.get(node.unique_id);
  return origin === undefined ? {} : { place: origin };
}

function titleOf(node: Linked): string {
  return `${node.resource_type[0]?.toUpperCase()}${node.resource_type.slice(1)} '${node.unique_id}' (${node.original_file_path})`;
}

function refText(ref: RefArgs): string {
  const version = ref.version === null ? '' : ` with version '${ref.version}'`;
  const owner = ref.package === null ? '' : ` in package '${ref.package}'`;
  return `a node named '${ref.name}'${version}${owner}`;
}

function withdraw(state: ParseState, node: ManifestNode): void {
  const { manifest } = state.scope;
  node.config.enabled = false;
  delete manifest.nodes[node.unique_id];
  manifest.withdrawn[node.unique_id] = node;
}

/** Parents and children of whatever has some, by unique id, each list in order. */
function buildMaps(state: ParseState): void {
  const { manifest } = state.scope;
  const linked = [...Object.values(manifest.nodes), ...leafNodes(manifest)];
  for (const node of linked) manifest.child_map[node.unique_id] = [];
  for (const id of Object.keys(manifest.sources)) {
    manifest.parent_map[id] = [];
    manifest.child_map[id] = [];
  }
  for (const node of linked) {
    manifest.parent_map[node.unique_id] = [...node.depends_on.nodes].sort();
    for (const parent of node.depends_on.nodes) manifest.child_map[parent]?.push(node.unique_id);
  }
  for (const children of Object.values(manifest.child_map)) children.sort();
}
