import { type CallPlace, replay, templateAgain } from '../context/replay.ts';
import type { Place } from '../diagnostics.ts';
import type { StaticCall } from '../jinja/environment.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import type { FindCall, ParseState } from './parse-state.ts';

/**
 * Finds where a template refers to something: the literal call in the template, else the call that a macro makes, which is found by rendering once
 * more with a `ref` that fails where it is asked for these names.
 */
export function callFinder({ scope }: ParseState, node: ManifestNode, code: string, origin: Place): FindCall {
  return (kind, names) => {
    const template = templateAgain(scope, code, origin);
    if (template === undefined) return undefined;
    const call = template.calls.find((one) => one.name === kind && sameNames(one.args, names));
    if (call !== undefined) return placeOf(call, origin.file);
    return replay(scope, node, template, { [kind]: (given: readonly string[]) => sameNames(given, names) });
  };
}

function placeOf(call: StaticCall, file: string): CallPlace {
  return { place: { file, line: call.line, column: call.column } };
}

function sameNames(args: readonly unknown[], names: readonly string[]): boolean {
  return args.length === names.length && args.every((value, index) => value === names[index]);
}
