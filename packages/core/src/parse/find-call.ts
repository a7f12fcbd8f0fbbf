import { parseConfig } from '../context/config-object.ts';
import { nodeContext } from '../context/node-context.ts';
import { nodeRelation } from '../context/node-relation.ts';
import { refArguments, sourceArguments } from '../context/ref-calls.ts';
import type { Place } from '../diagnostics.ts';
import type { StaticCall, Template } from '../jinja/environment.ts';
import { JinjaError } from '../jinja/errors.ts';
import { PyError, rawFunction } from '../jinja/values/index.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import type { CallPlace, FindCall, ParseState } from './parse-state.ts';

/**
 * Finds where a template refers to something: the literal call in the template, else the call that a macro makes, which is found by rendering once
 * more with a `ref` that fails where it is asked for these names.
 */
export function callFinder(state: ParseState, node: ManifestNode, code: string, origin: Place): FindCall {
  return (kind, names) => {
    const template = readAgain(state, code, origin);
    if (template === undefined) return undefined;
    const call = template.calls.find((one) => one.name === kind && sameNames(one.args, names));
    return call === undefined ? replay(state, node, template, kind, names) : placeOf(call, origin.file);
  };
}

/** Undefined for a text that is no template: that is a finding already. */
function readAgain(state: ParseState, code: string, { file, line, column }: Place): Template | undefined {
  try {
    return state.scope.environment.template(code, file, { firstLine: line, firstColumn: column });
  } catch {
    return undefined;
  }
}

function placeOf(call: StaticCall, file: string): CallPlace {
  return { place: { file, line: call.line, column: call.column } };
}

function sameNames(args: readonly unknown[], names: readonly string[]): boolean {
  return args.length === names.length && args.every((value, index) => value === names[index]);
}

function replay(
  state: ParseState,
  node: ManifestNode,
  template: Template,
  kind: 'ref' | 'source',
  names: readonly string[],
): CallPlace | undefined {
  const itself = nodeRelation(node, { quoting: state.scope.quoting });
  const failing = (name: 'ref' | 'source', given: (args: readonly unknown[]) => readonly string[]) =>
    rawFunction(name, (args) => {
      if (name === kind && sameNames(given(args), names)) throw new PyError('Found', 'found');
      return itself;
    });
  const context = nodeContext(state.scope, {
    node,
    packageName: node.package_name,
    async: false,
    execute: false,
    port: null,
    printer: undefined,
    lenientVars: true,
    config: parseConfig(() => undefined),
    ref: failing('ref', (args) => {
      const { name, package: owner } = refArguments(args, null);
      return owner === null ? [name] : [owner, name];
    }),
    source: failing('source', sourceArguments),
  });
  try {
    template.render(context, { undefinedMode: 'parse' });
  } catch (failure) {
    if (failure instanceof JinjaError) return whereFailed(failure);
  }
  return undefined;
}

function whereFailed({ file, line, column, frames }: JinjaError): CallPlace {
  const trace = frames.map((frame) => ({
    place: { file: frame.file, line: frame.line, column: frame.column },
    name: frame.name,
  }));
  return { place: { file, line, column }, trace };
}
