import type { JinjaEnvironment } from '../../jinja/environment.ts';
import type { Manifest } from '../../manifest/nodes.ts';
import type { MetricNode, SavedQueryNode, WhereFilters } from '../../manifest/semantic-nodes.ts';
import { type FilterCall, filterCalls } from './filter-calls.ts';
import { badName } from './validate-models.ts';

/** What is wrong with the filters of a metric and of what it is made of. */
export function filterFaults(metric: MetricNode, environment: JinjaEnvironment): readonly string[] {
  const { denominator, measure, metrics, numerator } = metric.type_params;
  const inputs = [measure, numerator, denominator, ...metrics].filter((one) => one !== null);
  return [metric, ...inputs].flatMap(({ filter, name }) => whereFaults(environment, filter, `filter of "${name}"`));
}

/** What is wrong with a saved query, by the rules of dbt-semantic-interfaces; metrics that are not there are told by the linker. */
export function queryFaults(
  query: SavedQueryNode,
  manifest: Manifest,
  environment: JinjaEnvironment,
): readonly string[] {
  const { group_by: groups, limit, metrics, order_by: orders, where } = query.query_params;
  const known = groupNames(manifest);
  const listed = new Set(metrics.map((name) => keyOf({ kind: 'Metric', name, element: name, grain: '' })));
  const faults = groups.flatMap((group) => {
    const { calls, fault } = filterCalls(environment, `{{ ${group} }}`);
    for (const one of calls) listed.add(keyOf(one));
    if (fault !== undefined) return [`The group-by "${group}" cannot be read: ${fault}`];
    return calls.length === 1 && known.has(calls[0]?.element ?? '')
      ? []
      : [`The group-by "${group}" is no dimension, entity or metric.`];
  });
  const own = badName(query.name);
  const formats = query.exports.filter(({ config }) => !/^(table|view)$/.test(config.export_as));
  return [
    ...(own === undefined ? [] : [own]),
    ...faults,
    ...whereFaults(environment, where, 'filter'),
    ...(faults.length > 0 ? [] : orders.flatMap((order) => orderFaults(environment, order, listed))),
    ...(limit !== null && limit < 0 ? [`The "limit" is ${limit}: it is 0 or more.`] : []),
    ...formats.map(({ config, name }) => `The export "${name}" is a table or a view, not "${config.export_as}".`),
  ];
}

function orderFaults(environment: JinjaEnvironment, order: string, listed: ReadonlySet<string>): readonly string[] {
  const { calls, fault } = filterCalls(environment, `{{ ${order} }}`);
  if (fault !== undefined) return [`The order-by "${order}" cannot be read: ${fault}`];
  return calls.every((one) => listed.has(keyOf(one)))
    ? []
    : [`The order-by "${order}" is none of the metrics and group-bys of the query.`];
}

/** A dimension of time is the same by either function. */
const keyOf = ({ grain, kind, name }: FilterCall): string => `${kind.replace('Time', '')} ${name} ${grain}`;

function groupNames({ metrics, semantic_models: models }: Manifest): ReadonlySet<string> {
  const elements = Object.values(models).flatMap(({ dimensions, entities }) => [...dimensions, ...entities]);
  return new Set(['metric_time', ...[...elements, ...Object.values(metrics)].map(({ name }) => name)]);
}

function whereFaults(environment: JinjaEnvironment, where: WhereFilters | null, what: string): readonly string[] {
  return (where?.where_filters ?? []).flatMap(({ where_sql_template: template }) => {
    const { fault } = filterCalls(environment, template);
    return fault === undefined ? [] : [`The ${what} cannot be read: ${fault}`];
  });
}
