import { findAnywhere, type Macro, type MacroLibrary } from './macro-library.ts';

/** The macros that the templates of a generic test see while they are parsed, by name and by `package.name`. */
export type TestMacros = ReadonlyMap<string, Macro>;

const known = new WeakMap<MacroLibrary, Map<string, TestMacros>>();

/**
 * What dbt gives a generic test while it parses: the test's macro, `get_where_subquery`, and all that these call by their texts, each under its plain
 * name too, whatever package it is of. Everything else is undefined there.
 */
export function testMacros(library: MacroLibrary, test: string): TestMacros {
  const byTest = known.get(library) ?? new Map<string, TestMacros>();
  known.set(library, byTest);
  const made = byTest.get(test) ?? reached(library, test);
  byTest.set(test, made);
  return made;
}

function reached(library: MacroLibrary, test: string): TestMacros {
  const found = new Set<Macro>();
  const visit = (macro: Macro | undefined): void => {
    if (macro === undefined || found.has(macro)) return;
    found.add(macro);
    for (const id of macro.node.depends_on.macros) visit(library.byId.get(id));
  };
  visit(findAnywhere(library, 'get_where_subquery'));
  visit(library.byId.get(test));
  const names = [...found].flatMap((macro): [string, Macro][] => [
    [macro.node.name, macro],
    [`${macro.node.package_name}.${macro.node.name}`, macro],
  ]);
  return new Map(names);
}
