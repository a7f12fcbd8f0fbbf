import { placeOfConfig } from '../context/config-place.ts';
import { materializationName, materializationNames, materializationOfNode } from '../context/find-materialization.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { placeOfNode } from '../context/run-context.ts';
import { type Diagnostic, error, warning } from '../diagnostics.ts';
import { isExternal } from '../manifest/is-external.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import { didYouMeanHint } from '../near-names.ts';

/** Why a materialization of dbt's cannot be the project's own, by its name. */
const fixed: Readonly<Record<string, string>> = {
  external: 'eider writes external files as generations, which a macro cannot.',
  seed: 'eider loads CSV files itself.',
  unit: 'eider runs unit tests itself.',
};

/** Refuses before anything runs what no macro can do here: materializations of dbt's that the project or a package replaces and that have to stay. */
export function fixedMaterializations(scope: RenderScope): readonly Diagnostic[] {
  return Object.values(scope.manifest.nodes).flatMap((node) => {
    const name = materializationName(node);
    const why = Object.hasOwn(fixed, name) ? fixed[name] : inFiles(node);
    if (why === undefined) return [];
    const found = materializationOfNode(scope, node);
    if (found?.isOwn !== true) return [];
    const owner = found.macro?.node.original_file_path ?? '';
    const what = `The materialization "${name}" of ${node.name} is replaced in ${owner}, and cannot be: ${why}`;
    const place = placeOfConfig(scope, node, 'materialized')?.place ?? placeOfNode(scope, node);
    const hint = 'Give the macro a name of its own and set it as `materialized`, or take it away.';
    return [error('project/unsupported', what, { node: node.unique_id, place, hint })];
  });
}

function inFiles(node: ManifestNode): string | undefined {
  const isFiles = node.config.materialized === 'incremental' && isExternal(node);
  return isFiles ? 'its rows are to be in files, which a macro cannot write as generations.' : undefined;
}

/** Warns before anything runs of nodes that nothing can build: dbt, and so a run, fails at each of them, and builds the others. */
export function unknownMaterializations(scope: RenderScope): readonly Diagnostic[] {
  const known = new Set(['ephemeral']);
  return Object.values(scope.manifest.nodes).flatMap((node) => {
    const name = materializationName(node);
    // What is no text is told of as what it is.
    if (node.resource_type !== 'model' || typeof node.config.materialized !== 'string' || known.has(name)) return [];
    if (materializationOfNode(scope, node) !== undefined) {
      known.add(name);
      return [];
    }
    const place = placeOfConfig(scope, node, 'materialized')?.place ?? placeOfNode(scope, node);
    const hint =
      didYouMeanHint(name, [...materializationNames(scope.macros), 'ephemeral']) ??
      'Use `external`, `table`, `view` or `ephemeral`, or install the package that has it.';
    return [warning('config/invalid', `There is no materialization "${name}".`, { node: node.unique_id, place, hint })];
  });
}
