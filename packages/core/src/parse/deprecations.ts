import {
  isBuiltinMaterialization,
  materializationName,
  materializationOfNode,
} from '../context/find-materialization.ts';
import { findMacro, isInternalPackage, type MacroLibrary } from '../context/macro-library.ts';
import { type DateWarning, type DeprecationName, deprecated } from '../deprecated.ts';
import { type Diagnostic, error, type Place } from '../diagnostics.ts';
import type { ModelNode } from '../manifest/nodes.ts';
import { behaviorFlag } from '../project/behavior-flags.ts';
import type { ParseState } from './parse-state.ts';

/** Warnings about what dbt 1.11 calls deprecated and what is seen in the whole project alone: models by their date, names, spellings of the semantic layer. */
export function deprecations(state: ParseState): readonly Diagnostic[] {
  return [
    ...deprecatedModels(state),
    ...namesWithSpaces(state),
    ...exposureNames(state),
    ...sharedNames(state),
    ...semanticSpellings(state),
    ...ownMicrobatch(state),
    ...packageMaterializations(state),
  ];
}

function about(
  state: ParseState,
  dbtName: DeprecationName | DateWarning,
  node: string,
  message: string,
  hint?: string,
  place?: Place,
): Diagnostic {
  const where = place ?? state.origins.get(node) ?? state.scope.project.dbtProjectPlace;
  return deprecated(dbtName, message, { place: where, node, ...(hint === undefined ? {} : { hint }) });
}

/** A model whose date has passed, and each model that reads one with a date. */
function deprecatedModels(state: ParseState): readonly Diagnostic[] {
  const { manifest, startedAt } = state.scope;
  return Object.values(manifest.nodes).flatMap((node) => {
    if (node.resource_type !== 'model' || node.deprecation_date === null) return [];
    const isPast = Date.parse(node.deprecation_date) < startedAt.getTime();
    const own = isPast
      ? [
          about(
            state,
            'DeprecatedModel',
            node.unique_id,
            `Model ${fullName(node)} has passed its deprecation date of ${node.deprecation_date}.`,
            'Disable or remove it.',
            placeOfDate(state, node),
          ),
        ]
      : [];
    const readers = (manifest.child_map[node.unique_id] ?? []).flatMap((id) => {
      const reader = manifest.nodes[id];
      return reader?.resource_type === 'model' ? [reference(state, reader, node, isPast)] : [];
    });
    return [...own, ...readers];
  });
}

function reference(state: ParseState, reader: ModelNode, node: ModelNode, isPast: boolean): Diagnostic {
  const when = isPast ? 'was deprecated on' : 'is slated for deprecation on';
  const message = `While compiling '${reader.name}': Found a reference to ${fullName(node)}, which ${when} '${node.deprecation_date}'.`;
  const isOld = node.version !== null && String(node.version) !== String(node.latest_version);
  const hint = isOld
    ? `There is a newer version: ref('${node.package_name}', '${node.name}', v='${node.latest_version}').`
    : undefined;
  const place = state.calls.get(reader.unique_id)?.('ref', [node.name])?.place;
  const dbtName = isPast ? 'DeprecatedReference' : 'UpcomingReferenceDeprecation';
  return about(state, dbtName, reader.unique_id, message, hint, place);
}

function fullName({ name, version }: ModelNode): string {
  return version === null ? name : `${name}.v${version}`;
}

function placeOfDate({ patches }: ParseState, node: ModelNode): Place | undefined {
  const entry = patches.named('model', node.package_name, node.name, node.version)?.entry;
  return entry?.get('deprecation_date')?.place ?? entry?.place;
}

/** As in dbt an error for each, or, where the flag allows them, the first is named, and the others are counted. */
function namesWithSpaces(state: ParseState): readonly Diagnostic[] {
  const named = Object.values(state.scope.manifest.nodes).filter(
    (node) => node.resource_type !== 'unit_test' && node.name.includes(' '),
  );
  if (behaviorFlag(state.scope.project, 'require_resource_names_without_spaces'))
    return named.map(({ name, unique_id: node }) => {
      const place = state.origins.get(node);
      const hint = 'Rename it with underscores, or set `require_resource_names_without_spaces: false` under `flags:`.';
      const more = { node, hint, ...(place && { place }) };
      return error('project/invalid-value', `The name '${name}' (${node}) has a space, which names cannot.`, more);
    });
  const [first, ...others] = named;
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : `, and ${others.length} more names`;
  const message = `Spaces in the names of resources are deprecated in dbt: '${first.name}' (${first.unique_id})${more}.`;
  const name = 'ResourceNamesWithSpacesDeprecation';
  return [about(state, name, first.unique_id, message, 'Rename them with underscores.')];
}

function exposureNames(state: ParseState): readonly Diagnostic[] {
  return Object.values(state.scope.manifest.exposures).flatMap(({ name, unique_id: id }) => {
    if (/^[\w-]+$/.test(name)) return [];
    const message = `The exposure name '${name}' is deprecated in dbt: names hold letters, digits, underscores and hyphens.`;
    return [about(state, 'ExposureNameDeprecation', id, message, 'Move the words into `label:`.')];
  });
}

/** A model and a seed of one name in one package: `ref` has to choose. */
function sharedNames(state: ParseState): readonly Diagnostic[] {
  const { manifest, project } = state.scope;
  const owners = new Map<string, string>();
  const isError = behaviorFlag(project, 'require_unique_project_resource_names');
  return Object.values(manifest.nodes).flatMap((node) => {
    const { name, package_name: owner, unique_id: id } = node;
    if (!/^(model|seed|snapshot|function)$/.test(node.resource_type)) return [];
    if (node.resource_type === 'model' && node.version !== null) return [];
    const other = owners.get(`${owner}.${name}`);
    owners.set(`${owner}.${name}`, id);
    if (other === undefined) return [];
    const message = `Two resources of the package ${owner} have the name "${name}": ${other} and ${id}.`;
    const hint = '`ref` cannot tell them apart: rename one of them.';
    const place = state.origins.get(id) ?? project.dbtProjectPlace;
    return isError
      ? [error('project/duplicate', message, { place, node: id, hint })]
      : [about(state, 'DuplicateNameDistinctNodeTypesDeprecation', id, `${message} This is deprecated in dbt.`, hint)];
  });
}

/** What dbt calls deprecated in the semantic layer. It looks only where there are semantic models. */
function semanticSpellings(state: ParseState): readonly Diagnostic[] {
  const { metrics, nodes, semantic_models: models } = state.scope.manifest;
  if (Object.keys(models).length === 0) return [];
  const old = Object.values(metrics).filter(
    ({ type_params: params }) => params.window !== null || params.grain_to_date !== null,
  );
  const spines = Object.values(nodes).filter((node): node is ModelNode => node.resource_type === 'model');
  const legacy = spines.find(({ name, time_spine: spine }) => name === 'metricflow_time_spine' && spine === null);
  const hasDays = spines.some(({ columns, time_spine: spine }) => {
    return spine !== null && columns[String(spine.standard_granularity_column)]?.granularity === 'day';
  });
  const isRequired = behaviorFlag(state.scope.project, 'require_yaml_configuration_for_mf_time_spines');
  const spine = legacy !== undefined && !hasDays && !isRequired ? [bareSpine(state, legacy.unique_id)] : [];
  return [...cumulativeParameters(state, old), ...spine];
}

function cumulativeParameters(
  state: ParseState,
  old: readonly { readonly name: string; readonly unique_id: string }[],
): readonly Diagnostic[] {
  const [first] = old;
  if (first === undefined) return [];
  const names = old.map(({ name }) => `'${name}'`).join(', ');
  const what = `"window" or "grain_to_date" stands right under "type_params" in ${names}`;
  const hint = 'Move them under `cumulative_type_params`.';
  const place = state.origins.get(first.unique_id) ?? state.scope.project.dbtProjectPlace;
  return behaviorFlag(state.scope.project, 'require_nested_cumulative_type_params')
    ? [error('project/invalid-value', `${what}.`, { place, node: first.unique_id, hint })]
    : [
        about(
          state,
          'MFCumulativeTypeParamsDeprecation',
          first.unique_id,
          `${what}, which is deprecated in dbt.`,
          hint,
        ),
      ];
}

function bareSpine(state: ParseState, id: string): Diagnostic {
  const message = 'A time spine that no property file describes is deprecated in dbt.';
  const hint = 'Give the model `time_spine: {standard_granularity_column: …}`, and that column its `granularity: day`.';
  return about(state, 'MFTimespineWithoutYamlConfigurationDeprecation', id, message, hint);
}

/** A microbatch strategy in place of dbt's, which dbt runs without batches unless the flag says otherwise. */
function ownMicrobatch(state: ParseState): readonly Diagnostic[] {
  const { macros, manifest, project } = state.scope;
  const first = Object.values(manifest.nodes).find(
    ({ config, resource_type: type }) =>
      type === 'model' && config.materialized === 'incremental' && config.incremental_strategy === 'microbatch',
  );
  if (first === undefined || !hasOwnMicrobatch(macros)) return [];
  if (behaviorFlag(project, 'require_batched_execution_for_custom_microbatch_strategy')) return [];
  const message =
    'The macro "get_incremental_microbatch_sql" is not dbt\'s: outside of batches that is deprecated in dbt.';
  const hint =
    'Set `require_batched_execution_for_custom_microbatch_strategy: true` under `flags:` of dbt_project.yml.';
  return [about(state, 'MicrobatchMacroOutsideOfBatchesDeprecation', first.unique_id, message, hint)];
}

function hasOwnMicrobatch(macros: MacroLibrary): boolean {
  const found = findMacro(macros, macros.rootPackage, 'get_incremental_microbatch_sql');
  return found !== undefined && !isInternalPackage(found.node.package_name);
}

/** Packages' materializations that stand in for dbt's, where the flag lets them. */
function packageMaterializations(state: ParseState): readonly Diagnostic[] {
  const { manifest, project, macros } = state.scope;
  if (behaviorFlag(project, 'require_explicit_package_overrides_for_builtin_materializations')) return [];
  const told = new Set<string>();
  return Object.values(manifest.nodes).flatMap((node) => {
    const found = materializationOfNode({ macros, project }, node)?.macro;
    const name = materializationName(node);
    if (found === undefined || found.node.package_name === macros.rootPackage || !isBuiltinMaterialization(name))
      return [];
    if (isInternalPackage(found.node.package_name) || told.has(name)) return [];
    told.add(name);
    const message = `The package ${found.node.package_name} replaces dbt's materialization "${name}", which is deprecated in dbt.`;
    const hint = `Name it in a macro "materialization_${name}_duckdb" of your own project.`;
    return [about(state, 'PackageMaterializationOverrideDeprecation', node.unique_id, message, hint)];
  });
}
