import { type Diagnostic, error } from '../../diagnostics.ts';
import type { ExposureNode, ManifestNode } from '../../manifest/nodes.ts';
import type { InputMeasure, MetricNode, SavedQueryNode, SemanticModelNode } from '../../manifest/semantic-nodes.ts';
import { didYouMeanHint } from '../../near-names.ts';
import type { ParseState } from '../parse-state.ts';

/**
 * Links semantic models to their relations, metrics to the measures and metrics that they rest on, and whatever names a metric to it. Refs are linked
 * before. What a metric cannot be made of is a finding, as in dbt.
 */
export function linkSemantics(state: ParseState): void {
  const { manifest } = state.scope;
  for (const model of Object.values(manifest.semantic_models)) placeModel(state, model);
  const metrics = metricLinker(state);
  for (const metric of Object.values(manifest.metrics)) metrics.link(metric);
  for (const node of [...Object.values(manifest.nodes), ...Object.values(manifest.exposures)]) {
    if (node.metrics.length > 0) metrics.attach(node, node.metrics);
  }
  for (const query of Object.values(manifest.saved_queries)) {
    const named = query.query_params.metrics.map((name) => [name]);
    metrics.attach(query, named);
  }
}

function placeModel({ scope }: ParseState, model: SemanticModelNode): void {
  const [parent = ''] = model.depends_on.nodes;
  const node = scope.manifest.nodes[parent];
  if (node === undefined) return;
  const { alias, database, relation_name, schema } = node;
  model.node_relation = { alias, schema_name: schema, database, relation_name };
}

interface MetricLinker {
  link(metric: MetricNode): void;
  attach(node: ManifestNode | ExposureNode | SavedQueryNode, names: readonly (readonly string[])[]): void;
}

type Linked = MetricNode | SavedQueryNode | ManifestNode | ExposureNode;

function metricLinker(state: ParseState): MetricLinker {
  const linked = new Set<string>();
  const find = metricFinder(state);
  const addMetric = (metric: MetricNode, name: string): void => {
    const found = find(metric, [name]);
    if (found === undefined) return;
    link(found);
    addMeasures(metric, found.type_params.input_measures);
    depend(metric, found.unique_id);
  };
  const link = (metric: MetricNode): void => {
    if (linked.has(metric.unique_id)) return;
    linked.add(metric.unique_id);
    const { conversion_type_params: conversion, denominator, measure, metrics, numerator } = metric.type_params;
    if (metric.type === 'simple' || metric.type === 'cumulative') {
      if (measure === null) report(state, metric, `A ${metric.type} metric needs a "measure" under "type_params".`);
      else addOwnMeasures(state, metric, [measure]);
    } else if (metric.type === 'conversion') {
      if (conversion === null) report(state, metric, 'A conversion metric needs "conversion_type_params".');
      else addOwnMeasures(state, metric, [conversion.base_measure, conversion.conversion_measure]);
    } else if (metric.type === 'ratio') {
      if (numerator === null || denominator === null)
        report(state, metric, 'A ratio metric needs a "numerator" and a "denominator" under "type_params".');
      else for (const { name } of [numerator, denominator]) addMetric(metric, name);
    } else for (const { name } of metrics) addMetric(metric, name);
  };
  return {
    link,
    attach: (node, names) => {
      for (const name of names) {
        const found = find(node, name);
        if (found !== undefined) depend(node, found.unique_id);
      }
    },
  };
}

function depend(node: Linked, id: string): void {
  if (!node.depends_on.nodes.includes(id)) node.depends_on.nodes.push(id);
}

/** dbt takes each measure once, though with other filters it counts again. */
function addMeasures(metric: MetricNode, measures: readonly InputMeasure[]): void {
  const own = metric.type_params.input_measures;
  const known = new Set(own.map((one) => JSON.stringify(one)));
  for (const measure of measures) if (!known.has(JSON.stringify(measure))) own.push(measure);
}

function addOwnMeasures(state: ParseState, metric: MetricNode, measures: readonly InputMeasure[]): void {
  addMeasures(metric, measures);
  for (const { name } of measures) {
    const found = measureOwner(state, name, metric.package_name);
    if (typeof found === 'string') depend(metric, found);
    else report(state, metric, found.message, found.hint);
  }
}

/** The semantic model that has a measure: of the root project, of the metric's package, of any. */
function measureOwner(
  state: ParseState,
  name: string,
  packageName: string,
): string | { readonly message: string; readonly hint?: string } {
  const { manifest, project } = state.scope;
  const all = Object.values(manifest.semantic_models);
  const having = all.filter(({ measures }) => measures.some((measure) => measure.name === name));
  const found =
    [project.name, packageName].flatMap((owner) => having.find((one) => one.package_name === owner) ?? [])[0] ??
    having[0];
  if (found !== undefined) return found.unique_id;
  const off = Object.values(manifest.disabled)
    .flat()
    .find((one) => one.resource_type === 'semantic_model' && one.measures.some((measure) => measure.name === name));
  if (off !== undefined) {
    return { message: `The measure \`${name}\` is referenced on disabled semantic model \`${off.name}\`.` };
  }
  const names = all.flatMap(({ measures }) => measures.map((measure) => measure.name));
  const hint = didYouMeanHint(name, names) ?? 'Write it under `measures:` of a semantic model.';
  return { message: `A semantic model having a measure \`${name}\` does not exist but was referenced.`, hint };
}

/** Metrics by name, or by package and name; what is not found is reported. */
function metricFinder(state: ParseState): (from: Linked, name: readonly string[]) => MetricNode | undefined {
  const { manifest, project } = state.scope;
  return (from, name) => {
    const wanted = name.at(-1) ?? '';
    const packages = name.length > 1 ? [name[0] ?? ''] : [project.name, from.package_name];
    const all = Object.values(manifest.metrics);
    const found =
      packages.flatMap((owner) => manifest.metrics[`metric.${owner}.${wanted}`] ?? [])[0] ??
      (name.length > 1 ? undefined : all.find((metric) => metric.name === wanted));
    if (found !== undefined) return found;
    const isOff = Object.values(manifest.disabled)
      .flat()
      .some((one) => one.resource_type === 'metric' && one.name === wanted);
    const what = `${titleOf(from)} depends on a metric named '${name.join('.')}'`;
    if (isOff) report(state, from, `${what}, which is disabled.`, 'Enable the metric, or take it out.');
    else {
      const names = all.map((metric) => metric.name);
      report(state, from, `${what}, which was not found.`, didYouMeanHint(wanted, names));
    }
    return undefined;
  };
}

function titleOf(node: Linked): string {
  const kind = node.resource_type.replace('_', ' ');
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)} '${node.unique_id}' (${node.original_file_path})`;
}

function report(state: ParseState, node: Linked, message: string, hint?: string): void {
  const place = state.origins.get(node.unique_id);
  const more: Partial<Pick<Diagnostic, 'hint' | 'place'>> = {
    ...(hint === undefined ? {} : { hint }),
    ...(place === undefined ? {} : { place }),
  };
  state.diagnostics.push(error('ref/not-found', message, { ...more, node: node.unique_id }));
}
