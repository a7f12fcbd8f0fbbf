import { type Callable, rawFunction } from '../jinja/values/index.ts';
import type { ManifestNode, RefArgs } from '../manifest/nodes.ts';
import { didYouMeanHint } from '../near-names.ts';
import { type Batch, inSpan, spanOf } from './batch.ts';
import { renamed } from './deferral.ts';
import { ephemeralRelation, nodeRelation, sourceRelation } from './node-relation.ts';
import { refArguments, sourceArguments } from './ref-calls.ts';
import type { Relation, RelationPrinter } from './relation.ts';
import type { RenderScope } from './render-scope.ts';
import { templateError } from './template-error.ts';

export interface RunRefsOptions {
  /** The node that refers; null: an operation, which may refer to anything but ephemeral models. */
  readonly node: ManifestNode | null;
  readonly packageName: string;
  readonly printer: RelationPrinter;
  /** The slice of time that the node is rendered for. */
  readonly batch: Batch | undefined;
  /** Told about each ephemeral model that is referred to. */
  readonly onEphemeral: (node: ManifestNode) => void;
  /** Told about each node that is referred to. */
  readonly onRef?: (node: ManifestNode) => void;
}

/** `ref` and `source` of compile and run. */
export function runRefs(
  scope: RenderScope,
  options: RunRefsOptions,
): { readonly ref: Callable; readonly source: Callable } {
  const limit = scope.flags.EMPTY === true || scope.flags.empty === true ? 0 : null;
  const printing = { printer: options.printer, limit };
  const isSampled = options.node?.resource_type === 'model' || options.node?.resource_type === 'snapshot';
  const span = spanOf(options.batch, isSampled ? scope.sample : undefined);
  return {
    ref: rawFunction('ref', (args, kwargs) => {
      const target = resolve(scope, options, refArguments(args, kwargs));
      options.onRef?.(target);
      if (target.config.materialized === 'ephemeral' && target.resource_type === 'model')
        return inSpan(ephemeral(options, target, limit), target, span);
      const there = renamed(target, scope.deferred?.()?.relationOf(target.unique_id));
      return inSpan(nodeRelation(there, { quoting: scope.quoting, ...printing }), target, span);
    }),
    source: rawFunction('source', (args) => {
      const [sourceName, tableName] = sourceArguments(args);
      const found = scope.lookup().source(sourceName, tableName, options.packageName);
      if (found.kind === 'found') return inSpan(sourceRelation(found.node, printing), found.node, span);
      const hint = didYouMeanHint(`${sourceName}.${tableName}`, scope.lookup().sourceNames);
      throw templateError('source/not-found', `There is no source '${sourceName}.${tableName}'.`, hint);
    }),
  };
}

function ephemeral(options: RunRefsOptions, target: ManifestNode, limit: number | null): Relation {
  if (options.node === null) {
    throw templateError(
      'ref/undeclared',
      `Operations can not ref() ephemeral nodes, but ${target.name} is ephemeral`,
      'Materialize it as a view or a table.',
    );
  }
  options.onEphemeral(target);
  return ephemeralRelation(target, limit);
}

function resolve(scope: RenderScope, options: RunRefsOptions, args: RefArgs): ManifestNode {
  const { node } = options;
  const found = scope.lookup().ref(args, options.packageName);
  if (found.kind === 'ambiguous')
    throw templateError('ref/ambiguous', `Several packages have a node named '${args.name}': ${found.ids.join(', ')}.`);
  if (found.kind === 'disabled') throw templateError('ref/disabled', `The node '${args.name}' is disabled.`);
  if (found.kind === 'missing') {
    throw templateError(
      'ref/not-found',
      `There is no node named '${args.name}'.`,
      didYouMeanHint(args.name, scope.lookup().refNames),
    );
  }
  const declared =
    node === null || node.resource_type === 'operation' || node.depends_on.nodes.includes(found.node.unique_id);
  if (!declared) throw undeclared(node, args);
  return found.node;
}

/** The parse pass did not come by this ref, so the graph does not know of it. */
function undeclared(node: ManifestNode, args: RefArgs): Error {
  const call = `ref(${[args.package, args.name]
    .filter((part) => part !== null)
    .map((part) => `'${part}'`)
    .join(', ')})`;
  return templateError(
    'ref/undeclared',
    `dbt was unable to infer all dependencies for the ${node.resource_type} "${node.name}": ${call} is reached only while it runs, not while the project is parsed.`,
    `Add this line to the top of the template: -- depends_on: {{ ${call} }}`,
  );
}
