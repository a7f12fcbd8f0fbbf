import type { Diagnostic, Place } from '../diagnostics.ts';
import type { Template } from '../jinja/environment.ts';
import { JinjaError } from '../jinja/errors.ts';
import { type Callable, PyError, rawFunction } from '../jinja/values/index.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import type { Config } from './config.ts';
import { parseConfig } from './config-object.ts';
import { nodeContext, parsing } from './node-context.ts';
import { nodeRelation } from './node-relation.ts';
import { refArguments, sourceArguments } from './ref-calls.ts';
import type { RenderScope } from './render-scope.ts';

/** Where a call stands, and the way there where a macro makes it. */
export type CallPlace = Pick<Diagnostic, 'place' | 'trace'>;

/** The call that is looked for: asked for each one that a render makes. */
export interface Wanted {
  readonly ref?: (names: readonly string[]) => boolean;
  readonly source?: (names: readonly string[]) => boolean;
  readonly config?: (call: Config) => boolean;
}

/** A node's text as a template; undefined for a text that is none. */
export function templateAgain({ environment }: RenderScope, code: string, origin: Place): Template | undefined {
  const { file, line, column } = origin;
  try {
    return environment.template(code, file, { firstLine: line, firstColumn: column });
  } catch {
    return undefined;
  }
}

/** Finds the call that a macro makes for a node: its template is rendered once more as when it is parsed, and the wanted call fails. */
export function replay(
  scope: RenderScope,
  node: ManifestNode,
  template: Template,
  wanted: Wanted,
): CallPlace | undefined {
  const { reads: _, ...rest } = scope;
  const silent = {
    onLog: () => undefined,
    onPrint: () => undefined,
    onWarning: () => undefined,
    onDeprecated: () => undefined,
  };
  const itself = nodeRelation(node, { quoting: scope.quoting });
  const failing = (isIt: boolean | undefined): void => {
    if (isIt === true) throw new PyError('Found', 'found');
  };
  const refersTo = (
    name: string,
    given: (args: readonly unknown[]) => readonly string[],
    isIt: Wanted['ref'],
  ): Callable =>
    rawFunction(name, (args) => {
      failing(isIt?.(given(args)));
      return itself;
    });
  const context = nodeContext(
    { ...rest, ...silent },
    {
      node,
      packageName: node.package_name,
      ...parsing,
      config: parseConfig((call) => failing(wanted.config?.(call))),
      ref: refersTo('ref', refNames, wanted.ref),
      source: refersTo('source', sourceArguments, wanted.source),
    },
  );
  try {
    template.render(context, { undefinedMode: 'parse' });
  } catch (failure) {
    if (failure instanceof JinjaError && failure.message === 'found') return whereFailed(failure);
  }
  return undefined;
}

function refNames(args: readonly unknown[]): readonly string[] {
  const { name, package: owner } = refArguments(args, null);
  return owner === null ? [name] : [owner, name];
}

function whereFailed({ file, line, column, frames }: JinjaError): CallPlace {
  const trace = frames.map((frame) => ({
    place: { file: frame.file, line: frame.line, column: frame.column },
    name: frame.name,
  }));
  return { place: { file, line, column }, trace };
}
