import { type Diagnostic, error, warning } from '../../diagnostics.ts';
import type { ModelNode } from '../../manifest/nodes.ts';
import type { SemanticModelNode, SemanticNode } from '../../manifest/semantic-nodes.ts';
import { someStayWarnings } from '../../project/behavior-flags.ts';
import { granularities } from '../../project/property-parts.ts';
import type { ParseState } from '../parse-state.ts';
import { measureAliasFaults, metricFaults, unusedInputs } from './validate-metrics.ts';
import { badName, modelFaults } from './validate-models.ts';
import { filterFaults, queryFaults } from './validate-queries.ts';

/**
 * Holds the semantic layer against the rules by which dbt (dbt-semantic-interfaces) refuses it. As there, nothing is looked at until a project has
 * semantic models and metrics.
 */
export function validateSemantics(state: ParseState): readonly Diagnostic[] {
  const { environment, manifest, project } = state.scope;
  const models = Object.values(manifest.semantic_models);
  const metrics = Object.values(manifest.metrics);
  const staysWarning = someStayWarnings(project);
  const grains = spineFaults(state);
  if (models.length === 0) return grains;
  const spines = [...grains, ...missingTimeSpine(state, models)];
  if (metrics.length === 0) return spines;
  const about = (node: SemanticNode, faults: readonly string[], kind: typeof error = error): readonly Diagnostic[] =>
    faults.map((fault) => {
      const what = `${node.resource_type.replace('_', ' ')} "${node.name}"`;
      const place = state.origins.get(node.unique_id) ?? project.dbtProjectPlace;
      return kind('project/invalid-value', `The ${what}: ${fault}`, { place, node: node.unique_id });
    });
  return [
    ...spines,
    ...models.flatMap((model) => about(model, modelFaults(model))),
    ...(isGrainless(state, models) ? about(models[0] as SemanticModelNode, [grainless]) : []),
    ...conflicts(models).flatMap(([model, fault]) => about(model, [fault])),
    ...metrics.flatMap((metric) => about(metric, metricFaults(metric, models))),
    ...measureAliasFaults(metrics, models).flatMap(([metric, fault]) => about(metric, [fault])),
    ...metrics.flatMap((metric) => about(metric, filterFaults(metric, environment))),
    ...sameLabels(metrics).flatMap(([metric, fault]) => about(metric, [fault])),
    ...sameLabels(models).flatMap(([model, fault]) => about(model, [fault])),
    ...models.flatMap((model) => {
      const elements: readonly (readonly Labelled[])[] = [model.dimensions, model.entities, model.measures];
      return elements.flatMap((kind) => sameLabels(kind).flatMap(([, fault]) => about(model, [fault])));
    }),
    ...metrics.flatMap((metric) => {
      const unused = unusedInputs(metric).map(({ alias, name }) => `"${alias ?? name}" is not named in its "expr".`);
      return about(metric, unused, warning).map((one) => ({
        ...one,
        dbtName: 'SemanticValidationFailure',
        staysWarning,
      }));
    }),
    ...Object.values(manifest.saved_queries).flatMap((query) =>
      about(query, queryFaults(query, manifest, environment)),
    ),
  ];
}

const grainless =
  'No dimension of the project has "time_granularity" under "type_params": beside a described time spine one must.';

/** Time dimensions may be without a grain. dbt compares the finest one with the time spines that property files describe, and fails where there is none. */
function isGrainless({ scope }: ParseState, models: readonly SemanticModelNode[]): boolean {
  const isDescribed = Object.values(scope.manifest.nodes).some(
    (node) => node.resource_type === 'model' && node.time_spine !== null,
  );
  return isDescribed && !models.some(({ dimensions }) => dimensions.some(({ type_params: params }) => params !== null));
}

/** MetricFlow needs a table of days, or of something finer. */
function missingTimeSpine(
  { origins, scope }: ParseState,
  [first]: readonly SemanticModelNode[],
): readonly Diagnostic[] {
  const models = Object.values(scope.manifest.nodes).filter(
    (node): node is ModelNode => node.resource_type === 'model',
  );
  const isSpine = (model: ModelNode): boolean => {
    if (model.time_spine === null) return model.name === 'metricflow_time_spine';
    const grain = model.columns[String(model.time_spine.standard_granularity_column)]?.granularity;
    return grain != null && granularities.slice(0, granularities.indexOf('day') + 1).some((one) => one === grain);
  };
  if (models.some(isSpine)) return [];
  const place = origins.get(first?.unique_id ?? '') ?? scope.project.dbtProjectPlace;
  const message = 'The semantic layer needs a time spine: a model with a row a day, or for something shorter.';
  const hint =
    'Give such a model `time_spine: {standard_granularity_column: …}`, and that column its `granularity: day`.';
  return [error('project/invalid-value', message, { place, hint })];
}

/** Of a time spine: its column has a granularity; each granularity of its own has a column of the model, and a name that is no standard one's. */
function spineFaults({ origins, scope }: ParseState): readonly Diagnostic[] {
  return Object.values(scope.manifest.nodes).flatMap((node) => {
    if (node.resource_type !== 'model' || node.time_spine === null) return [];
    const grains = (node.time_spine.custom_granularities ?? []) as readonly {
      name: string;
      column_name?: string | null;
    }[];
    const place = origins.get(node.unique_id) ?? scope.project.dbtProjectPlace;
    const standard = String(node.time_spine.standard_granularity_column);
    const own = grains.flatMap(({ column_name: column, name }) => {
      const wanted = column ?? name;
      return [
        ...(Object.hasOwn(node.columns, wanted)
          ? []
          : [`The granularity "${name}" is in the column "${wanted}", which its entry does not have.`]),
        badName(name) ?? [],
      ].flat();
    });
    return [...standardFaults(node, standard), ...own].map((fault) =>
      error('project/invalid-value', `The time spine "${node.name}": ${fault}`, { place, node: node.unique_id }),
    );
  });
}

/** Of a model's versions dbt asks the latest alone. */
function standardFaults({ columns, latest_version, version }: ModelNode, standard: string): readonly string[] {
  if (version !== latest_version) return [];
  if (!Object.hasOwn(columns, standard))
    return [`"standard_granularity_column" is "${standard}", a column that its entry does not have.`];
  return columns[standard]?.granularity ? [] : [`Its column "${standard}" needs a "granularity".`];
}

/** Labels are unique among metrics, among semantic models, and among the elements of a kind in one of these. */
function sameLabels<T extends Labelled>(all: readonly T[]): readonly (readonly [T, string])[] {
  const owners = new Map<string, string>();
  return all.flatMap((one) => {
    if (one.label === null) return [];
    const owner = owners.get(one.label);
    owners.set(one.label, owner ?? one.name);
    return owner === undefined
      ? []
      : [[one, `The label "${one.label}" of "${one.name}" is that of "${owner}" already.`]];
  });
}

interface Labelled {
  readonly name: string;
  readonly label: string | null;
}

/** What semantic models say differently of one name. */
function conflicts(models: readonly SemanticModelNode[]): readonly (readonly [SemanticModelNode, string])[] {
  const known = new Map<string, { readonly kind: string; readonly owner: string }>();
  const found: (readonly [SemanticModelNode, string])[] = [];
  const hold = (model: SemanticModelNode, key: string, name: string, kind: string): void => {
    const other = known.get(`${key}/${name}`);
    if (other === undefined) known.set(`${key}/${name}`, { kind, owner: model.name });
    else if (other.kind !== kind)
      found.push([model, `"${name}" is ${kind} here, and ${other.kind} in the semantic model "${other.owner}".`]);
  };
  for (const model of models) {
    for (const { name } of model.entities) hold(model, 'element', name, 'an entity');
    for (const { name } of model.measures) hold(model, 'element', name, 'a measure');
    for (const { name, type, is_partition: parts } of model.dimensions) {
      hold(model, 'element', name, 'a dimension');
      hold(model, 'type', name, type === 'time' ? 'a dimension of time' : 'a categorical dimension');
      hold(model, 'partition', name, parts ? 'a partition' : 'no partition');
    }
  }
  const owners = new Map<string, string>();
  for (const model of models) {
    const key = model.primary_entity ?? model.entities.find(({ type }) => type === 'primary')?.name;
    for (const { name } of model.dimensions) {
      const pair = `${key}__${name}`;
      const other = owners.get(pair);
      owners.set(pair, other ?? model.name);
      if (key !== undefined && other !== undefined && other !== model.name)
        found.push([
          model,
          `The dimension "${name}" of the primary entity "${key}" is one of the semantic model "${other}" too.`,
        ]);
    }
  }
  for (const model of models)
    for (const { name } of model.measures) {
      const other = owners.get(name);
      if (other === undefined) owners.set(name, model.name);
      else if (other !== model.name)
        found.push([
          model,
          `The measure "${name}" is one of the semantic model "${other}" too: names of measures are unique.`,
        ]);
    }
  return found;
}
