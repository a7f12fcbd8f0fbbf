import { type Callable, hostFunction, isUndefined, rawFunction, toStr } from '../jinja/values/index.ts';
import type { FunctionNode, Manifest, ManifestNode } from '../manifest/nodes.ts';
import { didYouMeanHint } from '../near-names.ts';
import { renamed } from './deferral.ts';
import { nodeRelation } from './node-relation.ts';
import type { RelationPrinter } from './relation.ts';
import type { RenderScope } from './render-scope.ts';
import { templateError } from './template-error.ts';

interface FunctionCallOptions {
  readonly execute: boolean;
  readonly node: ManifestNode | null;
  readonly packageName: string;
  readonly printer: RelationPrinter;
}

/** `function('name')`, `function('package', 'name')` of templates: while parsing it notes what the node calls, later it prints the function's name in the database. */
export function functionCall(
  scope: RenderScope,
  { execute, node, packageName, printer }: FunctionCallOptions,
): Callable {
  if (!execute)
    return rawFunction('function', (args) => {
      const names = functionNames(args);
      if (node !== null) node.functions = [...(node.functions ?? []), names];
      return names.at(-1);
    });
  return hostFunction('function', ['*args'], (args) => {
    const names = functionNames(args as readonly unknown[]);
    const found = findFunction(scope.manifest, names, packageName, scope.project.name);
    if (found !== undefined) {
      const there = renamed(found, scope.deferred?.()?.relationOf(found.unique_id));
      return nodeRelation(there, { quoting: scope.quoting, printer });
    }
    throw templateError(
      'ref/not-found',
      `There is no function '${names.join('.')}'.`,
      functionHint(scope.manifest, names),
    );
  });
}

/** The function that a call means: of the named package, else of the root project, the caller's package, any. */
export function findFunction(
  { nodes }: Pick<Manifest, 'nodes'>,
  names: readonly string[],
  packageName: string,
  root: string,
): FunctionNode | undefined {
  const name = names.at(-1);
  const all = functionsOf(nodes).filter((one) => one.name === name);
  const wanted = names.length > 1 ? names[0] : undefined;
  if (wanted !== undefined) return all.find((one) => one.package_name === wanted);
  return (
    [root, packageName]
      .map((owner) => all.find((one) => one.package_name === owner))
      .find((one) => one !== undefined) ?? all[0]
  );
}

/** The functions among nodes. */
export function functionsOf(nodes: Readonly<Record<string, ManifestNode>>): readonly FunctionNode[] {
  return Object.values(nodes).filter((node): node is FunctionNode => node.resource_type === 'function');
}

/** What may be meant by a name that no function has. */
export function functionHint({ nodes }: Pick<Manifest, 'nodes'>, names: readonly string[]): string | undefined {
  const known = functionsOf(nodes).map(({ name }) => name);
  return didYouMeanHint(names.at(-1) ?? '', known);
}

function functionNames(args: readonly unknown[]): string[] {
  const isFine =
    args.length >= 1 && args.length <= 2 && args.every((one) => typeof one === 'string' && !isUndefined(one));
  if (isFine) return args.map(toStr);
  const hint = "Write {{ function('name') }} or {{ function('package', 'name') }}.";
  throw templateError('jinja/render', `function() takes one or two texts (${args.length} given).`, hint);
}
