import type { Body, Parameter } from '../ast.ts';
import { PyError } from '../values/py-error.ts';
import type { Emitter } from './emitter.ts';
import { expression } from './expressions.ts';
import { openScope, type Scope, undeclared } from './scope.ts';
import { variables } from './scope-code.ts';

/** What a macro or a call block's body consists of. */
export interface FunctionParts {
  readonly parameters: readonly Parameter[];
  readonly body: Body;
}

/** The special names that a body may use, with their flags, in the order of the function's last parameters. */
const specials: readonly (readonly [string, number])[] = [
  ['caller', 1],
  ['kwargs', 2],
  ['varargs', 4],
];

const callerRule =
  'When defining macros or call blocks the special "caller" argument must be omitted or be given a default.';

/** The code that makes a macro; without a name, the `caller` of a call block. */
export function macroCode(e: Emitter, parent: Scope | null, name: string | null, parts: FunctionParts): string {
  const scope = openScope(parent, parts, () => e.name('v'));
  const own = parts.parameters.map((parameter) => parameter.name);
  const read = undeclared(parts.body, ['caller', 'kwargs', 'varargs']);
  const caller = parts.parameters.find((parameter) => parameter.name === 'caller');
  if (caller?.default === null && read.has('caller')) throw new PyError('TemplateAssertionError', callerRule);
  const used = specials.filter(([special]) => read.has(special) && (special === 'caller' || !own.includes(special)));
  for (const [special] of used) {
    if (!own.includes(special)) {
      scope.loaded.delete(special);
      scope.declareParameter(special, e.name('v'));
    }
  }
  const names = [...own, ...used.map(([special]) => special).filter((special) => !own.includes(special))];
  const idents = names.map((one) => scope.find(one)?.ident ?? one);
  const flags = used.reduce((sum, [, flag]) => sum + flag, 0);
  const body = e.functionBody(() => {
    const write = (): void => {
      defaults(e, scope, parts.parameters);
      variables(e, scope);
      e.statements(e, scope, parts.body);
    };
    const isCaller = name === null && e.mode.mapped;
    const value = e.inside(() => (e.mode.traced || isCaller ? e.recorded(write) : e.buffered(write)));
    e.write(`return ${value};`);
  });
  // In parentheses V8 compiles the function at once instead of reading it twice.
  const code = `(${e.mode.async ? 'async ' : ''}(${idents.join(',')})=>{\n${body}\n})`;
  return `${e.use('macro')}(${JSON.stringify(name)},${JSON.stringify(own)},${flags},${code},${e.state})`;
}

/** Parameters that were not given get their defaults, made anew for each call; these may use the parameters before. */
function defaults(e: Emitter, scope: Scope, parameters: readonly Parameter[]): void {
  const outer = e.unset;
  const unset = new Set(parameters.map((parameter) => parameter.name));
  e.unset = unset;
  for (const parameter of parameters) {
    const { ident = '' } = scope.find(parameter.name) ?? {};
    const words = JSON.stringify(`parameter '${parameter.name}' was not provided`);
    const value =
      parameter.default === null ? `${e.use('hint')}(${words},${e.state})` : expression(e, scope, parameter.default);
    e.write(`if (${ident}===undefined) ${ident}=${value};`);
    unset.delete(parameter.name);
  }
  e.unset = outer;
}
