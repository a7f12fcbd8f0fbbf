import { warning } from '../diagnostics.ts';
import type { MacroNode } from '../manifest/nodes.ts';
import { didYouMeanHint } from '../near-names.ts';
import { behaviorFlag } from '../project/behavior-flags.ts';
import type { PropertyFile } from '../project/project.ts';
import { argumentFindings } from './macro-arguments.ts';
import type { ParseState } from './parse-state.ts';
import { listOf, recordOf, textOf } from './read-values.ts';

/** Writes what a property file says about macros into their records. */
export function patchMacros(state: ParseState, file: PropertyFile): void {
  const { packageName, path } = file.file;
  const renderer = state.rendererFor(packageName);
  const isChecked = behaviorFlag(state.scope.project, 'validate_macro_args');
  const macros = state.scope.macros.byPackage.get(packageName);
  for (const entry of file.macros) {
    const data = renderer.entry('macros', entry);
    const name = textOf(data.name);
    const macro = macros?.get(name)?.node;
    if (macro === undefined) {
      const hint = didYouMeanHint(name, macros?.keys() ?? []) ?? 'Correct the name, or delete the entry.';
      const message = `This describes a macro "${name}", which the package ${packageName} does not have.`;
      state.diagnostics.push(
        warning('project/no-node', message, { place: entry.get('name')?.place ?? entry.place, hint }),
      );
      continue;
    }
    state.macroEntries.set(macro.unique_id, entry);
    const config = recordOf(data.config);
    macro.patch_path = `${packageName}://${path}`;
    macro.description = textOf(data.description);
    macro.meta = { ...recordOf(data.meta), ...recordOf(config.meta) };
    macro.docs = macroDocs({ ...recordOf(data.docs), ...recordOf(config.docs) });
    macro.config = { meta: macro.meta, docs: macro.docs };
    const described = listOf(data.arguments)
      .map(recordOf)
      .map((argument) => ({
        name: textOf(argument.name),
        type: typeof argument.type === 'string' ? argument.type : null,
        description: textOf(argument.description),
      }));
    if (isChecked) state.diagnostics.push(...argumentFindings(name, macro.arguments, described, entry));
    if (!isChecked || described.length > 0) macro.arguments = described;
  }
}

/** Whether and how the documentation shows a macro. */
function macroDocs({ node_color: color, show }: Readonly<Record<string, unknown>>): MacroNode['docs'] {
  return { show: show !== false, node_color: typeof color === 'string' ? color : null };
}
