import { type Diagnostic, warning } from '../diagnostics.ts';
import type { MacroNode } from '../manifest/nodes.ts';
import type { Located } from '../project/located.ts';

type Argument = MacroNode['arguments'][number];

/** dbt's types of macros' arguments, with how many types each takes in brackets. */
const typeSizes: Readonly<Record<string, number>> = {
  ...{ str: 0, string: 0, bool: 0, int: 0, integer: 0, float: 0, any: 0, relation: 0, column: 0 },
  ...{ list: 1, optional: 1, dict: 2 },
};

/**
 * Warnings where the arguments that a property file describes are not those of the macro, or have types that dbt does not know: under the flag
 * `validate_macro_args`, as in dbt. `own`: what the macro takes.
 */
export function argumentFindings(
  name: string,
  own: readonly Argument[],
  described: readonly Argument[],
  entry: Located,
): readonly Diagnostic[] {
  if (described.length === 0) return [];
  const found = (message: string, hint: string, ...path: readonly (string | number)[]): Diagnostic => ({
    ...warning('project/invalid-value', message, { place: entry.at('arguments', ...path), hint }),
    dbtName: 'InvalidMacroAnnotation',
  });
  const names = own.length === 0 ? 'It takes none.' : `It takes ${own.map((one) => one.name).join(', ')}.`;
  const misnamed = described.flatMap((one, i) =>
    own[i] === undefined || own[i].name === one.name
      ? []
      : [found(`Argument ${i + 1} of the macro "${name}" is "${own[i].name}", not "${one.name}".`, names, i, 'name')],
  );
  const count = `The macro "${name}" takes ${own.length} arguments, not ${described.length}.`;
  const mistyped = described.flatMap(({ name: argument, type }, i) =>
    type === null || type.trim() === '' || isArgumentType(type)
      ? []
      : [
          found(
            `"${type}", the type of "${argument}" of the macro "${name}", is none that dbt knows.`,
            types,
            i,
            'type',
          ),
        ],
  );
  return [...misnamed, ...(own.length === described.length ? [] : [found(count, names)]), ...mistyped];
}

const types = `Known are ${Object.keys(typeSizes).join(', ')}: list[string], dict[string, any].`;

/** Whether dbt knows a type of an argument: `string`, `dict[string, list[int]]`. */
export function isArgumentType(text: string): boolean {
  return afterType(text.replace(/[ \t]/g, '')) === '';
}

/** What follows the type that a text begins with; undefined where it begins with none. */
function afterType(text: string): string | undefined {
  const name = /^[a-z]+/.exec(text)?.[0] ?? '';
  const size = Object.hasOwn(typeSizes, name) ? typeSizes[name] : undefined;
  let rest: string | undefined = text.slice(name.length);
  if (size === undefined || size === 0) return size === undefined ? undefined : rest;
  for (let i = 0; i < size && rest !== undefined; i++)
    rest = rest.startsWith(i === 0 ? '[' : ',') ? afterType(rest.slice(1)) : undefined;
  return rest?.startsWith(']') ? rest.slice(1) : undefined;
}
