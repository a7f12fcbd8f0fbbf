import type { Leftovers } from '../cache/leftovers.ts';
import type { KnownMacros, MacroFile, ParseCache } from '../cache/parse-cache.ts';
import type { Macro, MacroLibrary } from '../context/macro-library.ts';
import { templateDiagnostics } from '../context/template-diagnostics.ts';
import { type Diagnostic, error } from '../diagnostics.ts';
import type { JinjaEnvironment, MacroDefinition } from '../jinja/environment.ts';
import type { MacroNode } from '../manifest/nodes.ts';
import { behaviorFlag } from '../project/behavior-flags.ts';
import { displayPath } from '../project/display-path.ts';
import type { Project, SourceFile } from '../project/project.ts';
import { macroDependencies } from './macro-dependencies.ts';
import { blockMistakes, macrosAlone, strayBlocks } from './stray-blocks.ts';
import { type TopBlocks, topBlocks } from './top-blocks.ts';

/** Reads the macros and generic tests of all packages. Files that cannot be read, and names that stand twice in one package, are findings. */
export function readMacros(
  project: Project,
  environment: JinjaEnvironment,
  now: Date,
  cache?: ParseCache,
): { readonly macros: MacroLibrary; readonly diagnostics: readonly Diagnostic[] } {
  const byId = new Map<string, Macro>();
  const byPackage = new Map<string, Map<string, Macro>>();
  const diagnostics: Diagnostic[] = [];
  const signed = behaviorFlag(project, 'validate_macro_args');
  for (const file of project.files) {
    if (!isOfMacros(file.kind)) continue;
    const shown = displayPath(project.root, file.fullPath);
    const own = byPackage.get(file.packageName) ?? new Map<string, Macro>();
    byPackage.set(file.packageName, own);
    const found = topBlocks(file.text, ['macro', 'materialization', 'test', 'data_test']);
    if (file.kind === 'macro') diagnostics.push(...strayBlocks(found, file.text, shown));
    for (const definition of definitionsOf(file, shown, found, { environment, diagnostics, left: cache?.macros })) {
      const twin = own.get(definition.name);
      if (twin !== undefined) diagnostics.push(duplicate(definition, shown, twin));
      const macro = { definition, node: macroNode(definition, file, now, signed) };
      own.set(definition.name, macro);
      byId.set(macro.node.unique_id, macro);
    }
  }
  cache?.macros.turn();
  const macros = { rootPackage: project.name, byId, byPackage };
  for (const macro of byId.values()) macro.node.depends_on.macros = macroDependencies(macro, macros, project);
  return { macros, diagnostics };
}

/** The library of files that were read before. `nodes`: the records that they have in the manifest. */
export function macroLibrary(
  rootPackage: string,
  files: readonly MacroFile[],
  nodes: Readonly<Record<string, MacroNode>>,
): MacroLibrary {
  const byId = new Map<string, Macro>();
  const byPackage = new Map<string, Map<string, Macro>>();
  for (const { definitions, packageName } of files) {
    const own = byPackage.get(packageName) ?? new Map<string, Macro>();
    byPackage.set(packageName, own);
    for (const definition of definitions) {
      const node = nodes[idOf(packageName, definition.name)];
      if (node === undefined) throw new Error(`bug: no record of the macro ${definition.name} of ${packageName}`);
      own.set(definition.name, { definition, node });
      byId.set(node.unique_id, { definition, node });
    }
  }
  return { rootPackage, byId, byPackage };
}

/** The files of macros as they were read. */
export function macroFiles({ files }: Project, cache: ParseCache): readonly MacroFile[] {
  const own = files.filter(({ kind }) => isOfMacros(kind));
  const known = new Map(cache.macros.entries());
  return own.flatMap(({ fullPath, packageName }) => {
    const found = known.get(fullPath);
    return found === undefined ? [] : [{ packageName, ...found }];
  });
}

function isOfMacros(kind: SourceFile['kind']): boolean {
  return kind === 'macro' || kind === 'generic-test';
}

function idOf(packageName: string, name: string): string {
  return `macro.${packageName}.${name}`;
}

interface MacroReading {
  readonly environment: JinjaEnvironment;
  readonly diagnostics: Diagnostic[];
  readonly left: Leftovers<KnownMacros> | undefined;
}

function definitionsOf(
  file: SourceFile,
  shown: string,
  found: TopBlocks,
  { environment, diagnostics, left }: MacroReading,
): readonly MacroDefinition[] {
  const { text, fullPath } = file;
  const before = left?.find(fullPath);
  if (before !== undefined && before.text === text && before.shownAs === shown) {
    left?.keep(fullPath, before);
    return before.definitions;
  }
  try {
    const definitions = environment.macroFile(text, shown).macros;
    const wrong = blockMistakes(found, text, shown);
    diagnostics.push(...wrong);
    if (wrong.length === 0) left?.keep(fullPath, { text, shownAs: shown, definitions });
    return definitions;
  } catch (failure) {
    const definitions = definitionsAlone(found, text, shown, environment);
    if (definitions === undefined)
      diagnostics.push(...templateDiagnostics(failure, null, { file: shown, line: 1, column: 1 }));
    return definitions ?? [];
  }
}

/** The macros of a file in which something outside of them is wrong. Undefined where a macro itself is wrong. */
function definitionsAlone(
  found: TopBlocks,
  text: string,
  shown: string,
  environment: JinjaEnvironment,
): readonly MacroDefinition[] | undefined {
  if (found.mistake !== undefined) return undefined;
  try {
    return environment.macroFile(macrosAlone(found, text), shown).macros;
  } catch {
    return undefined;
  }
}

/** `signed`: with its arguments, which dbt knows of a macro that is not described under its flag alone, and of no test in a folder of generic tests. */
function macroNode(definition: MacroDefinition, file: SourceFile, now: Date, signed: boolean): MacroNode {
  const known = signed && file.kind === 'macro' ? definition.parameters : [];
  return {
    name: definition.name,
    resource_type: 'macro',
    package_name: file.packageName,
    path: file.path,
    original_file_path: file.path,
    unique_id: idOf(file.packageName, definition.name),
    macro_sql: definition.text,
    depends_on: { macros: [] },
    description: '',
    meta: {},
    docs: { show: true, node_color: null },
    config: { meta: {}, docs: { show: true, node_color: null } },
    patch_path: null,
    arguments: known.map(({ name }) => ({ name, type: null, description: '' })),
    created_at: now.getTime() / 1000,
    supported_languages: definition.supportedLanguages === null ? null : [...definition.supportedLanguages],
  };
}

function duplicate(definition: MacroDefinition, file: string, twin: Macro): Diagnostic {
  const { line, column } = definition;
  return error(
    'project/duplicate',
    `The package ${twin.node.package_name} has two macros named "${definition.name}"; the other one is in ${twin.node.original_file_path}.`,
    { place: { file, line, column }, hint: 'Rename or delete one of them.' },
  );
}
