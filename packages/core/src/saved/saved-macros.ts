import type { KnownMacros } from '../cache/parse-cache.ts';
import type { JinjaEnvironment, MacroDefinition, StaticCall } from '../jinja/environment.ts';

/** The macros of a file without their code, which is made again when one of them is called. */
export interface SavedMacros {
  readonly shownAs: string;
  readonly definitions: readonly Omit<MacroDefinition, 'bind'>[];
}

/** What `restoredMacros` makes the macros of a file of again. */
export function savedMacros({ shownAs, definitions }: KnownMacros): SavedMacros {
  const saved = definitions.map(({ bind: _, calls, ...rest }) => ({ ...rest, calls: calls.map(savedCall) }));
  return { shownAs, definitions: saved };
}

function savedCall({ args, kwargs, ...rest }: StaticCall): StaticCall {
  const named = Object.entries(kwargs).map(([name, value]) => [name, savedArgument(value)]);
  return { ...rest, args: args.map(savedArgument), kwargs: Object.fromEntries(named) };
}

/** Of a macro's calls only texts are asked for, and whether there is anything: any other literal stands as true. */
function savedArgument(value: unknown): unknown {
  return value === null || typeof value === 'string' ? value : true;
}

export function restoredMacros(saved: SavedMacros, text: string, environment: JinjaEnvironment): KnownMacros {
  let made: readonly MacroDefinition[] | undefined;
  const { shownAs } = saved;
  const definitionAt = (index: number): MacroDefinition => {
    made ??= environment.macroFile(text, shownAs).macros;
    const definition = made[index];
    if (definition === undefined) throw new Error(`${shownAs} has fewer macros than it had`);
    return definition;
  };
  const definitions = saved.definitions.map(
    (one, index): MacroDefinition => ({ ...one, bind: (...args) => definitionAt(index).bind(...args) }),
  );
  return { text, shownAs, definitions };
}
