import { EiderError, error, type Place } from '../diagnostics.ts';
import type { MacroText } from '../jinja/environment.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import { type Batch, batchConfig, batchRecord } from './batch.ts';
import { runConfig } from './config-object.ts';
import type { DatabasePort, RelationName } from './database-port.ts';
import { callableNames } from './macro-library.ts';
import { nodeContext } from './node-context.ts';
import { originOf } from './origin.ts';
import type { MacroCall, RenderContext } from './render-context.ts';
import type { RenderScope } from './render-scope.ts';
import { runRefs } from './run-refs.ts';
import { templateDiagnostics } from './template-diagnostics.ts';

/** How one render of compile and run differs from dbt's. */
export interface RunOptions {
  /** For a microbatch model: what it refers to and has an `event_time` gives only rows of this time, and `model.batch` says which. */
  readonly batch?: Batch | undefined;
  /** How relations print; without it dbt's quoted three-part name. */
  readonly relationText?: (name: RelationName) => string;
  /** Names that lie over the context's own. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** What one render with `execute` true is given. */
export interface RunRender {
  readonly node: ManifestNode | null;
  readonly port: DatabasePort | null;
  readonly options: RunOptions;
  readonly async: boolean;
  readonly onEphemeral?: (node: ManifestNode) => void;
  /** Told about each node that is referred to. */
  readonly onRef?: (node: ManifestNode) => void;
  /** Told what each call of a macro gave. */
  readonly onText?: (text: MacroText) => void;
  /** Told about each call of a macro before it begins. */
  readonly onCall?: (call: MacroCall) => void;
}

/** The context of compile and run for a node, or for the root project. */
export function runContext(scope: RenderScope, render: RunRender): RenderContext {
  const { node, port, options } = render;
  const { batch } = options;
  const config = node === null || batch === undefined ? node?.config : batchConfig(node.config, batch);
  const packageName = node?.package_name ?? scope.project.name;
  const printer = options.relationText;
  const { ref, source } = runRefs(scope, {
    node,
    packageName,
    printer,
    onEphemeral: render.onEphemeral ?? (() => undefined),
    batch,
    ...(render.onRef === undefined ? {} : { onRef: render.onRef }),
  });
  const context = nodeContext(scope, {
    node,
    packageName,
    port,
    printer,
    ref,
    source,
    async: render.async,
    execute: true,
    config: runConfig(config ?? null, node?.unique_id ?? packageName),
    batch: batch && batchRecord(batch),
    lenientVars: false,
    ...(render.onText === undefined ? {} : { onText: render.onText }),
    ...(render.onCall === undefined ? {} : { onCall: render.onCall }),
  });
  return options.context === undefined ? context : context.give(options.context);
}

/** A node of the manifest, or an error that names it. */
export function nodeOf(scope: RenderScope, id: string): ManifestNode {
  const node = scope.manifest.nodes[id];
  if (node !== undefined) return node;
  throw new EiderError([error('ref/not-found', `There is no node '${id}' in this project.`)]);
}

/** Where a node's template begins; the project file for what has no place of its own. */
export function placeOfNode(
  scope: RenderScope,
  node: Pick<ManifestNode, 'unique_id' | 'original_file_path'> | null,
): Place {
  const known = node === null ? undefined : originOf(scope.manifest, node.unique_id);
  if (known !== undefined) return known;
  return node === null ? scope.project.dbtProjectPlace : { file: node.original_file_path, line: 1, column: 1 };
}

/** Runs a render; what it throws about templates becomes an EiderError with the whole way. */
export async function withPlaces<T>(scope: RenderScope, node: ManifestNode | null, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (failure) {
    const [id, fallback] = [node?.unique_id ?? null, placeOfNode(scope, node)];
    throw new EiderError(
      templateDiagnostics(failure, id, fallback, () => callableNames(scope.macros)),
      {
        cause: failure,
      },
    );
  }
}
