import { type Diagnostic, type Place, warning } from '../diagnostics.ts';
import type { ModelNode } from '../manifest/nodes.ts';
import type { ParseState } from './parse-state.ts';

/** Warnings about what dbt 1.11 calls deprecated and what is seen in the whole project alone: models by their date, names, spellings of the semantic layer. */
export function deprecations(state: ParseState): readonly Diagnostic[] {
  return [
    ...deprecatedModels(state),
    ...namesWithSpaces(state),
    ...exposureNames(state),
    ...cumulativeParameters(state),
    ...overridingSources(state),
  ];
}

function deprecated(state: ParseState, node: string, message: string, hint?: string, place?: Place): Diagnostic {
  const where = place ?? state.origins.get(node) ?? state.scope.project.dbtProjectPlace;
  return warning('project/deprecated', message, { place: where, node, ...(hint === undefined ? {} : { hint }) });
}

/** A model whose date has passed, and each model that reads one with a date. */
function deprecatedModels(state: ParseState): readonly Diagnostic[] {
  const { manifest, startedAt } = state.scope;
  return Object.values(manifest.nodes).flatMap((node) => {
    if (node.resource_type !== 'model' || node.deprecation_date === null) return [];
    const isPast = Date.parse(node.deprecation_date) < startedAt.getTime();
    const own = isPast
      ? [
          deprecated(
            state,
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
  return deprecated(state, reader.unique_id, message, hint, place);
}

function fullName({ name, version }: ModelNode): string {
  return version === null ? name : `${name}.v${version}`;
}

function placeOfDate({ patches }: ParseState, node: ModelNode): Place | undefined {
  const entry = patches.named('model', node.package_name, node.name, node.version)?.entry;
  return entry?.get('deprecation_date')?.place ?? entry?.place;
}

/** As in dbt the first is named, and the others are counted. */
function namesWithSpaces(state: ParseState): readonly Diagnostic[] {
  const [first, ...others] = Object.values(state.scope.manifest.nodes).filter(
    (node) => node.resource_type !== 'unit_test' && node.name.includes(' '),
  );
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : `, and ${others.length} more names`;
  const message = `Spaces in the names of resources are deprecated in dbt: '${first.name}' (${first.unique_id})${more}.`;
  return [deprecated(state, first.unique_id, message, 'Rename them with underscores.')];
}

function exposureNames(state: ParseState): readonly Diagnostic[] {
  return Object.values(state.scope.manifest.exposures).flatMap(({ name, unique_id: id }) => {
    if (/^[\w-]+$/.test(name)) return [];
    const message = `The exposure name '${name}' is deprecated in dbt: names hold letters, digits, underscores and hyphens.`;
    return [deprecated(state, id, message, 'Move the words into `label:`.')];
  });
}

/** dbt looks at them only where there are semantic models. */
function cumulativeParameters(state: ParseState): readonly Diagnostic[] {
  const { metrics, semantic_models: models } = state.scope.manifest;
  if (Object.keys(models).length === 0) return [];
  return Object.values(metrics).flatMap(({ name, type_params: params, unique_id: id }) => {
    if (params.window === null && params.grain_to_date === null) return [];
    const message = `The metric '${name}' has "window" or "grain_to_date" right under "type_params", which is deprecated in dbt.`;
    return [deprecated(state, id, message, 'Move them under `cumulative_type_params`.')];
  });
}

function overridingSources(state: ParseState): readonly Diagnostic[] {
  return state.scope.project.properties.flatMap(({ sources }) =>
    sources.flatMap((source) => {
      const overrides = source.get('overrides');
      if (overrides === undefined) return [];
      const message = 'The "overrides" of a source is deprecated in dbt.';
      const hint = 'Disable the source of the package in dbt_project.yml, and declare one of your own.';
      return [warning('project/deprecated', message, { place: overrides.place, hint })];
    }),
  );
}
