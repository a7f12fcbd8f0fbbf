import { noMacros } from '../../context/macro-library.ts';
import { refArguments } from '../../context/ref-calls.ts';
import { RenderContext } from '../../context/render-context.ts';
import { templateDiagnostics } from '../../context/template-diagnostics.ts';
import { rawFunction } from '../../jinja/values/index.ts';
import type { Dimension, Measure, SemanticElement, SemanticModelNode } from '../../manifest/semantic-nodes.ts';
import type { Located } from '../../project/located.ts';
import type { PropertyFile } from '../../project/project.ts';
import type { ParseState } from '../parse-state.ts';
import { listOf, recordOf, textOf } from '../read-values.ts';
import { addMetric } from './metrics.ts';
import { addLeaf, type SemanticEntry, semanticNode } from './new-semantic-node.ts';
import { expressionOf, textOrNull, textsOf, wordOf } from './semantic-values.ts';

/** Parses the semantic models of a property file, and the metrics that their measures create. */
export function parseSemanticModels(state: ParseState, file: PropertyFile): void {
  const renderer = state.rendererFor(file.file.packageName);
  for (const entry of file.semanticModels) {
    const data = renderer.entry('semantic_models', entry);
    const given = { file, entry, data };
    const node = semanticModel(state, given);
    readModel(state, node, entry);
    addLeaf(state, node, entry);
    createMetrics(state, given, node);
  }
}

function semanticModel(state: ParseState, given: SemanticEntry): SemanticModelNode {
  const { data } = given;
  const shared = semanticNode(state, 'semantic_model', given);
  const element = (one: Readonly<Record<string, unknown>>): SemanticElement => ({
    name: textOf(one.name),
    description: textOrNull(one.description),
    label: textOrNull(one.label),
    expr: expressionOf(one.expr),
    config: { meta: { ...shared.config.meta, ...recordOf(recordOf(one.config).meta) } },
  });
  const defaults = data.defaults === undefined || data.defaults === null ? null : recordOf(data.defaults);
  return {
    ...shared,
    description: textOrNull(data.description),
    model: textOf(data.model),
    node_relation: null,
    defaults: defaults && { agg_time_dimension: textOrNull(defaults.agg_time_dimension) },
    entities: listOf(data.entities)
      .map(recordOf)
      .map((one) => ({ ...element(one), type: wordOf(one.type), role: textOrNull(one.role) })),
    measures: listOf(data.measures)
      .map(recordOf)
      .map((one) => measureOf(one, element(one))),
    dimensions: listOf(data.dimensions)
      .map(recordOf)
      .map((one) => dimensionOf(one, element(one))),
    primary_entity: textOrNull(data.primary_entity),
  };
}

function measureOf(given: Readonly<Record<string, unknown>>, element: SemanticElement): Measure {
  const [params, window] = [given.agg_params, given.non_additive_dimension];
  const { percentile, use_approximate_percentile: approximate, use_discrete_percentile: discrete } = recordOf(params);
  const { name, window_choice: choice, window_groupings: groupings } = recordOf(window);
  return {
    ...element,
    agg: wordOf(given.agg),
    create_metric: false,
    agg_params: params
      ? {
          percentile: percentile ?? null,
          use_discrete_percentile: discrete === true,
          use_approximate_percentile: approximate === true,
        }
      : null,
    non_additive_dimension: window
      ? { name: textOf(name), window_choice: wordOf(choice), window_groupings: textsOf(groupings) }
      : null,
    agg_time_dimension: textOrNull(given.agg_time_dimension),
  };
}

function dimensionOf(given: Readonly<Record<string, unknown>>, element: SemanticElement): Dimension {
  const params = given.type_params;
  const { time_granularity: granularity, validity_params: validity } = recordOf(params);
  const { is_end: isEnd, is_start: isStart } = recordOf(validity);
  return {
    ...element,
    type: wordOf(given.type),
    is_partition: given.is_partition === true,
    type_params: params
      ? {
          time_granularity: wordOf(granularity),
          validity_params: validity ? { is_start: isStart === true, is_end: isEnd === true } : null,
        }
      : null,
    metadata: null,
  };
}

/** `model:` is a call: `ref('orders')`. */
function readModel(state: ParseState, node: SemanticModelNode, entry: Located): void {
  const { scope } = state;
  const ref = rawFunction('ref', (args, kwargs) => {
    node.refs.push(refArguments(args, kwargs));
    return '';
  });
  const context = new RenderContext(() => [{ ref: () => ref }], {
    macros: noMacros,
    packageName: node.package_name,
    async: false,
  });
  const place = entry.get('model')?.textPlace ?? entry.place;
  try {
    scope.environment
      .template(`{{ ${node.model} }}`, place.file, { firstLine: place.line, firstColumn: place.column })
      .render(context);
  } catch (failure) {
    state.diagnostics.push(...templateDiagnostics(failure, node.unique_id, place));
  }
  state.calls.set(node.unique_id, () => ({ place }));
}

/** `create_metric: true` makes a simple metric of a measure, with the meta of its semantic model. */
function createMetrics(state: ParseState, { data, entry, file }: SemanticEntry, node: SemanticModelNode): void {
  for (const [index, value] of listOf(data.measures).entries()) {
    const measure = recordOf(value);
    if (measure.create_metric !== true) continue;
    const name = textOf(measure.name);
    const metric = {
      name,
      label: textOrNull(measure.label) ?? name,
      type: 'simple',
      type_params: { measure: name, expr: measure.expr || name },
      description: textOrNull(measure.description) || `Metric created from measure ${name}`,
      config: { enabled: node.config.enabled, meta: node.config.meta },
    };
    addMetric(state, { file, entry: entry.get('measures', index) ?? entry, data: metric });
  }
}
