import {
  type Invocation,
  jsonText,
  type Manifest,
  type ManifestNode,
  manifestBody,
  manifestHead,
  type NodeTrace,
  type RunResult,
  resultMessage,
  tracedNode,
  writeRunResults,
  writeSemanticManifest,
  writtenRecord,
} from '@eider/core';
import type { NodeResult } from '@eider/engine';
import { compiledFile } from './compiled-files.ts';
import { type RecordChange, splicedBody } from './spliced-body.ts';
import { writeJson, writeTexts } from './write-json.ts';

/** What a command did with nodes, by id. */
export type NodeTraces = ReadonlyMap<string, NodeTrace>;

/** What of `manifest.json` (its body without the brace that opens it) and `semantic_manifest.json` is the same from one command to the next. */
export interface ManifestTexts<T extends string | Uint8Array = string> {
  readonly body: T;
  readonly semantic: T;
}

/** Nodes that were compiled, and where the target folder says that it is. */
interface Traced {
  readonly manifest: Manifest;
  readonly targetPath: string;
  readonly traces: NodeTraces;
}

/** Writes `manifest.json`, and `semantic_manifest.json` for MetricFlow, to the target folder; nodes that were compiled carry their SQL. */
export async function writeManifestFile(
  targetFolder: string,
  traced: Traced,
  invocation: Invocation,
): Promise<ManifestTexts> {
  const { manifest } = traced;
  const nodes = Object.entries(manifest.nodes).map(([id, node]) => [id, asTraced(node, traced)]);
  const body = manifestBody({ ...manifest, nodes: Object.fromEntries(nodes) as Manifest['nodes'] });
  const texts = { body: jsonText(body).slice(1), semantic: jsonText(writeSemanticManifest(manifest)) };
  await writeManifestTexts(targetFolder, manifest.metadata, { ...texts, body: [texts.body] }, invocation);
  return texts;
}

function asTraced(node: ManifestNode, { manifest, targetPath, traces }: Traced): ManifestNode {
  const trace = traces.get(node.unique_id);
  const file = trace === undefined ? '' : compiledFile(node);
  const paths = { compiled: `${targetPath}/compiled/${file}`, run: `${targetPath}/run/${file}` };
  return tracedNode(node, trace, manifest, paths);
}

/** As `writeManifestFile`, out of what was written before any node was compiled: false where that cannot be. */
export async function rewriteManifestFile(
  targetFolder: string,
  written: ManifestTexts<Uint8Array>,
  traced: Traced,
  invocation: Invocation,
): Promise<boolean> {
  const { manifest, traces } = traced;
  const nodes = [...traces.keys()].flatMap((id) => manifest.nodes[id] ?? []);
  const textOf = (node: ManifestNode): string => `${JSON.stringify(node.unique_id)}:${jsonText(writtenRecord(node))}`;
  const changes = nodes.map((node): RecordChange => {
    return [textOf(asTraced(node, { ...traced, traces: new Map() })), textOf(asTraced(node, traced))];
  });
  const body = splicedBody(written.body, changes);
  if (body === null) return false;
  await writeManifestTexts(targetFolder, manifest.metadata, { ...written, body }, invocation);
  return true;
}

/** Writes the same two files of what was written before. */
export async function writeManifestTexts(
  targetFolder: string,
  metadata: Manifest['metadata'],
  { body, semantic }: { readonly body: readonly (string | Uint8Array)[]; readonly semantic: string | Uint8Array },
  invocation: Invocation,
): Promise<void> {
  const beginning = JSON.stringify(manifestHead(metadata, invocation)).slice(0, -1);
  await writeTexts(targetFolder, 'manifest.json', [beginning, ',', ...body]);
  await writeTexts(targetFolder, 'semantic_manifest.json', [semantic]);
}

export interface RunArtifact {
  readonly results: readonly NodeResult[];
  readonly elapsedMs: number;
  readonly args: Readonly<Record<string, unknown>>;
  /** Takes secrets out of messages: what a database refuses may hold them. */
  readonly scrub: (text: string) => string;
}

/** Writes `run_results.json` to the target folder. */
export async function writeRunResultsFile(
  targetFolder: string,
  run: RunArtifact,
  manifest: Manifest,
  invocation: Invocation,
): Promise<void> {
  const results = run.results.map((result) => runResult(result, manifest, run.scrub));
  await writeJson(targetFolder, 'run_results.json', writeRunResults(results, run, invocation));
}

function runResult(result: NodeResult, manifest: Manifest, scrub: RunArtifact['scrub']): RunResult {
  const node = manifest.nodes[result.node];
  const compiles = node !== undefined && node.resource_type !== 'seed';
  // dbt knows a unit test that came to no end by its definition alone.
  const isTold = compiles && (node.resource_type !== 'unit_test' || /^(pass|fail)$/.test(result.status));
  return {
    uniqueId: result.node,
    status: result.status,
    message: scrub(resultMessage(result, node, manifest.nodes[result.diagnostics[0]?.node ?? '']) ?? '') || null,
    failures: result.failures,
    startedAt: result.startedAt,
    compileMs: result.compileMs,
    executeMs: result.executeMs,
    thread: result.thread,
    rows: result.rows,
    ...(result.response && { response: result.response }),
    work: result.work,
    relationName: compiles && node.resource_type !== 'unit_test' ? result.relationName : null,
    compiled: isTold ? result.compiledSql !== undefined : result.node.startsWith('macro.') ? false : null,
    compiledCode: isTold ? (result.compiledSql ?? null) : null,
    ...(result.batches && { batches: result.batches }),
  };
}
