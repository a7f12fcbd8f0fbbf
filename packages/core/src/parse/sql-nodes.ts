import { hashOf } from '../cache/print-of.ts';
import { placeOfCall } from '../context/config-place.ts';
import { strippedSource, type TemplateSource } from '../context/origin.ts';
import { type Diagnostic, error, type Place, warning } from '../diagnostics.ts';
import type { ManifestNode, ResourceType } from '../manifest/nodes.ts';
import { displayPath } from '../project/display-path.ts';
import { slippedConfig } from '../project/known-configs.ts';
import type { SourceFile } from '../project/project.ts';
import { applyConfig } from './apply-config.ts';
import { hookKeys } from './config/merge-config.ts';
import { foreignKeyTargets, primaryKeyFaults } from './constraints.ts';
import { checkDuplicate } from './duplicate-nodes.ts';
import { callFinder } from './find-call.ts';
import { snapshotBlocks } from './named-blocks.ts';
import { fqnOf, type NodeFacts, newNode, stem } from './new-node.ts';
import { addNode, type ParseState } from './parse-state.ts';
import { applyPatch, entriesOf, type Patch, writtenConfig } from './patches.ts';
import { readPythonModel } from './python/python-model.ts';
import { textOf } from './read-values.ts';
import { rememberedNode } from './remembered-node.ts';
import { collectingContext, renderForNames, renderHooks, renderTemplateForNames } from './render-node.ts';
import { writtenCalls } from './written-calls.ts';

/** Parses a model, snapshot, analysis or singular test file into its nodes. Python models are read for what they need; none is run yet. */
export function parseSqlFile(state: ParseState, file: SourceFile): void {
  const source = strippedSource(file.text, displayPath(state.scope.project.root, file.fullPath));
  if (file.kind === 'model' || file.kind === 'python-model') parseModel(state, file, source);
  else if (file.kind === 'analysis') {
    parseTemplate(state, file, source, () =>
      plainNode(state, file, 'analysis', source, `analysis/${file.relativePath}`),
    );
  } else if (file.kind === 'function' && file.path.endsWith('.py')) {
    state.diagnostics.push(pythonFunction(source));
  } else if (file.kind === 'function') {
    parseTemplate(state, file, source, () => plainNode(state, file, 'function', source, file.relativePath));
  } else if (file.kind === 'test') {
    parseTemplate(state, file, source, () => plainNode(state, file, 'test', source, file.relativePath));
  } else if (file.kind === 'snapshot') {
    const { blocks, diagnostics } = snapshotBlocks(file.text, source.origin.file);
    state.diagnostics.push(...diagnostics);
    for (const block of blocks) parseSnapshot(state, file, block.name, block.source);
  }
}

function pythonFunction({ origin: { column, file, line } }: TemplateSource): Diagnostic {
  return error('project/unsupported', `The function ${stem(file)} is written in Python, which DuckDB does not call.`, {
    place: { file, line, column },
    hint: 'Write it in SQL, or what it does into a Python model.',
  });
}

function parseModel(state: ParseState, file: SourceFile, source: TemplateSource): void {
  parseTemplate(state, file, source, () => modelNode(state, file, source));
}

function modelNode(state: ParseState, file: SourceFile, source: TemplateSource): ManifestNode {
  const node = plainNode(state, file, 'model', source, file.relativePath);
  const version = state.patches.versionOf(node.package_name, node.name);
  if (version !== undefined && node.resource_type === 'model') {
    node.name = version.model;
    node.unique_id = `model.${node.package_name}.${version.model}.v${version.v}`;
    node.fqn = [...node.fqn.slice(0, -1), ...Array<string>(version.named).fill(version.model), `v${version.v}`];
    node.version = version.v;
    node.latest_version = version.latest;
  }
  if (file.kind === 'python-model') node.language = 'python';
  return node;
}

/** A snapshot that a property file defines by its `relation`, without SQL. */
export function parseYamlSnapshot(state: ParseState, { data, entry, file, name }: Patch): void {
  const source = { code: `select * from {{ ${textOf(data.relation)} }}`, origin: entry.place };
  const path = `${file.relativePath}/${name}.sql`;
  const facts = snapshotFacts(file, name, source);
  const fqn = fqnOf(file.packageName, file.relativePath, name);
  const { project, startedAt } = state.scope;
  parseTemplate(state, file, source, () => newNode({ ...facts, path, fqn }, project.target, startedAt), name);
}

function parseSnapshot(state: ParseState, file: SourceFile, name: string, source: TemplateSource): void {
  const facts = snapshotFacts(file, name, source);
  const { project, startedAt } = state.scope;
  parseTemplate(state, file, source, () => newNode(facts, project.target, startedAt), name);
}

function snapshotFacts(file: SourceFile, name: string, source: TemplateSource): NodeFacts {
  return {
    type: 'snapshot',
    name,
    packageName: file.packageName,
    uniqueId: `snapshot.${file.packageName}.${name}`,
    path: file.relativePath,
    originalFilePath: file.path,
    fqn: [...fqnOf(file.packageName, file.relativePath, stem(file.relativePath)), name],
    code: source.code,
    checksum: { name: 'sha256', checksum: file.checksum },
  };
}

function plainNode(
  state: ParseState,
  file: SourceFile,
  type: ResourceType,
  source: TemplateSource,
  path: string,
): ManifestNode {
  const name = stem(file.relativePath);
  const facts = {
    type,
    name,
    packageName: file.packageName,
    uniqueId: `${type}.${file.packageName}.${name}`,
    path,
    originalFilePath: file.path,
    fqn: fqnOf(file.packageName, path, name),
    code: source.code,
    checksum: { name: 'sha256', checksum: file.checksum },
  };
  return newNode(facts, state.scope.project.target, state.scope.startedAt);
}

/** `config(enabled=yes)`: dbt takes what is undefined for none, which is hardly ever meant. */
function undefinedConfig(key: string, words: string | undefined, place: () => Place): Diagnostic[] {
  if (words === undefined) return [];
  const hint = 'Write True or False, a number, or a text in quotes.';
  return [warning('config/invalid', `The config "${key}" gets no value: ${words}.`, { place: place(), hint })];
}

/** `begin` makes the node as it is before its template is rendered; `block` names the part of the file that it is made of. */
function parseTemplate(
  state: ParseState,
  file: SourceFile,
  source: TemplateSource,
  begin: () => ManifestNode,
  block: string | null = null,
): void {
  const { packageName, path, kind } = file;
  const { line, column } = source.origin;
  const key = `${kind} ${packageName} ${path} ${kind === 'model' ? '' : `${line}:${column}`}`;
  const own = (): string =>
    hashOf([source.origin.file, line, column, block, file.relativePath, file.checksum, source.code].join('\n'));
  const node = rememberedNode(state, { key, own }, () => {
    const fresh = begin();
    renderTemplate(state, source, fresh);
    return fresh;
  });
  if (node === null) return;
  state.origins.set(node.unique_id, source.origin);
  state.calls.set(node.unique_id, callFinder(state, node, codeOf(node, source), source.origin));
  checkDuplicate(state, node, file, source.origin);
  addNode(state, node);
}

function codeOf(node: ManifestNode, source: TemplateSource): string {
  return node.language === 'python' ? readPythonModel(source.code).template : source.code;
}

function pythonFaults({ code, origin }: TemplateSource): readonly Diagnostic[] {
  return readPythonModel(code).faults.map(({ at, message }) => {
    const before = code.slice(0, at).split('\n');
    const column = (before.at(-1)?.length ?? 0) + (before.length === 1 ? origin.column : 1);
    const place = { file: origin.file, line: origin.line + before.length - 1, column };
    return error('project/invalid-value', `${message}.`, { place });
  });
}

function renderTemplate(state: ParseState, source: TemplateSource, node: ManifestNode): void {
  const code = codeOf(node, source);
  if (node.language === 'python') state.diagnostics.push(...pythonFaults(source));
  const render = collectingContext(state, node);
  renderTemplateForNames(state, render, node, code, source.origin);
  const patch = state.patches.take(node);
  for (const key of Object.keys(render.calls)) {
    const place = (): Place => placeOfCall(state.scope, node, { ...source, code }, key)?.place ?? source.origin;
    state.diagnostics.push(...slippedConfig(key, place), ...undefinedConfig(key, render.gaps.get(key), place));
  }
  // dbt's Python models are tables unless a property file or the model itself says otherwise.
  const fixed = node.language === 'python' ? { materialized: 'table' } : {};
  for (const entry of patch === undefined ? [undefined] : entriesOf(patch)) {
    const written = entry === undefined ? {} : writtenConfig(entry, state.scope.project);
    applyConfig(state, node, render.calls, { ...fixed, ...entry?.config }, source.origin, {
      writtenPatch: { ...fixed, ...written },
      ...writtenCalls(state, node, render, code),
    });
  }
  // Where a property file has a say dbt puts these configs together again, and then merges them.
  if (Object.keys(patch?.config ?? {}).length === 0) Object.assign(node.unrendered_config, hookKeys(render.last ?? {}));
  if (patch !== undefined) {
    applyPatch(node, patch);
    state.diagnostics.push(...primaryKeyFaults(node, patch.entry.place));
  }
  for (const to of foreignKeyTargets(node))
    if (/^\s*(ref|source)\s*\(.*\)\s*$/.test(to))
      renderForNames(state, render.context, `{{ ${to} }}`, node.unique_id, source.origin);
    else state.diagnostics.push(noTarget(to, node, patch?.entry.place ?? source.origin));
  renderHooks(state, render, node, source.origin);
}

function noTarget(to: string, { name }: ManifestNode, place: Place): Diagnostic {
  return error(
    'project/invalid-value',
    `Invalid 'ref' or 'source' syntax on foreign key constraint 'to' on model ${name}: ${to}.`,
    { place, hint: "Write `to: ref('model')` or `to: source('source', 'table')`." },
  );
}
