import {
  type Invocation,
  type Manifest,
  type ManifestNode,
  type RunResult,
  writeManifest,
  writeRunResults,
  writeSemanticManifest,
} from '@eider/core';
import type { NodeResult } from '@eider/engine';
import { indent } from '../ui/diagnostic-lines.ts';
import { compiledFile } from './compiled-files.ts';
import { writeJson } from './write-json.ts';

/** The SQL of the nodes that a command compiled, by id, and whether it was run. */
export type CompiledSql = ReadonlyMap<string, { readonly sql: string; readonly ran: boolean }>;

/** Writes `manifest.json`, and `semantic_manifest.json` for MetricFlow, to the target folder; nodes that were compiled carry their SQL. */
export async function writeManifestFile(
  targetFolder: string,
  targetPath: string,
  manifest: Manifest,
  compiled: CompiledSql,
  invocation: Invocation,
): Promise<void> {
  const nodes = Object.entries(manifest.nodes).map(([id, node]) => [
    id,
    withCompiled(node, compiled.get(id), targetPath),
  ]);
  const document = writeManifest({ ...manifest, nodes: Object.fromEntries(nodes) as Manifest['nodes'] }, invocation);
  await writeJson(targetFolder, 'manifest.json', document);
  await writeJson(targetFolder, 'semantic_manifest.json', writeSemanticManifest(manifest));
}

function withCompiled(
  node: ManifestNode,
  made: { readonly sql: string; readonly ran: boolean } | undefined,
  targetPath: string,
): ManifestNode {
  if (made === undefined) {
    if (node.compiled !== true) return node;
    // What a model with batches compiled to is each batch's, and dbt keeps none of it.
    const { compiled: _, compiled_code: _code, extra_ctes: _ctes, extra_ctes_injected: _injected, ...plain } = node;
    return plain as ManifestNode;
  }
  const file = compiledFile(node);
  const code = {
    compiled: true,
    compiled_code: made.sql,
    extra_ctes_injected: true,
    extra_ctes: node.extra_ctes ?? [],
  };
  return {
    ...node,
    // dbt keeps the compiled SQL of snapshots, and not where it lies.
    ...(node.resource_type === 'snapshot' ? {} : { compiled_path: `${targetPath}/compiled/${file}` }),
    ...code,
    ...(made.ran ? { build_path: `${targetPath}/run/${file}` } : {}),
  };
}

export interface RunArtifact {
  readonly results: readonly NodeResult[];
  readonly elapsedMs: number;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Writes `run_results.json` to the target folder. */
export async function writeRunResultsFile(
  targetFolder: string,
  run: RunArtifact,
  manifest: Manifest,
  invocation: Invocation,
): Promise<void> {
  const results = run.results.map((result) => runResult(result, manifest));
  await writeJson(targetFolder, 'run_results.json', writeRunResults(results, run, invocation));
}

function runResult(result: NodeResult, manifest: Manifest): RunResult {
  const node = manifest.nodes[result.node];
  const compiles = node !== undefined && node.resource_type !== 'seed';
  // dbt knows a unit test that came to no end by its definition alone.
  const isTold = compiles && (node.resource_type !== 'unit_test' || /^(pass|fail)$/.test(result.status));
  return {
    uniqueId: result.node,
    status: result.status,
    message: messageOf(result, node) || null,
    failures: result.failures,
    startedAt: result.startedAt,
    compileMs: result.compileMs,
    executeMs: result.executeMs,
    thread: result.thread,
    rows: result.rows,
    relationName: compiles && !isTest(node) ? result.relationName : null,
    compiled: isTold ? result.compiledSql !== undefined : result.node.startsWith('macro.') ? false : null,
    compiledCode: isTold ? (result.compiledSql ?? null) : null,
    ...(result.batches && { batches: result.batches }),
  };
}

function isTest({ resource_type: type }: ManifestNode): boolean {
  return type === 'test' || type === 'unit_test';
}

/** dbt's messages: none for a test that passed and a node that was skipped, but for fail_fast and hooks; for errors the kind and the node first. */
function messageOf({ diagnostics, message, status }: NodeResult, node: ManifestNode | undefined): string | null {
  const saysWhy = message === 'Skipping due to fail_fast' || node?.resource_type === 'operation';
  if (status === 'skipped') return saysWhy ? message : null;
  if (status === 'pass' && node !== undefined && isTest(node)) return null;
  const [first] = diagnostics;
  if (status === 'fail' || status === 'warn') return first?.message ?? message;
  if (status !== 'error' || node === undefined || node.resource_type === 'operation') return message;
  const kind = first === undefined || first.code.startsWith('engine/') ? 'Runtime Error' : 'Compilation Error';
  return `${kind} in ${node.resource_type} ${node.name} (${node.original_file_path})\n${indent(message, 2)}`;
}
