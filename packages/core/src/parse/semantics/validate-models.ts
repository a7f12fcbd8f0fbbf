import type { Dimension, Measure, SemanticModelNode } from '../../manifest/semantic-nodes.ts';
import { isGranularity } from './semantic-values.ts';

const name = /^[a-z](?:(?!__)[a-z0-9_])*[a-z0-9]$/;
const reserved = new Set(['metric_time', 'mf_internal_uuid']);

/** What is wrong with a name of the semantic layer, in one sentence: the rules of dbt-semantic-interfaces. */
export function badName(text: string): string | undefined {
  if (!name.test(text)) {
    return `The name "${text}" cannot be used: at least two lower-case letters, digits and single underscores, a letter first and no underscore last.`;
  }
  if (isGranularity(text)) return `The name "${text}" is that of a granularity of time.`;
  return reserved.has(text) ? `The name "${text}" is MetricFlow's own.` : undefined;
}

/** What is wrong with a semantic model by itself. */
export function modelFaults(model: SemanticModelNode): readonly string[] {
  return [
    ...nameFaults(model),
    ...primaryEntityFaults(model),
    ...validityFaults(model),
    ...timeFaults(model),
    ...model.measures.flatMap((measure) => measureFaults(model, measure)),
  ];
}

function nameFaults({ dimensions, entities, measures, name: own }: SemanticModelNode): readonly string[] {
  const kinds = [
    ['measure', measures],
    ['entity', entities],
    ['dimension', dimensions],
  ] as const;
  const used = new Map<string, string>();
  const all = kinds.flatMap(([kind, elements]) => elements.map((element) => [kind, element.name] as const));
  return [badName(own) ?? [], ...all.map(([kind, one]) => twin(used, kind, one) ?? badName(one) ?? [])].flat();
}

function twin(used: Map<string, string>, kind: string, one: string): string | undefined {
  const other = used.get(one);
  used.set(one, other ?? kind);
  return other === undefined ? undefined : `"${one}" is the name of a ${other} and of a ${kind}.`;
}

function primaryEntityFaults({ dimensions, entities, primary_entity: key }: SemanticModelNode): readonly string[] {
  const primary = entities.filter(({ type }) => type === 'primary').map((entity) => entity.name);
  if (primary.length > 1)
    return [`It has ${primary.length} primary entities (${primary.join(', ')}): it may have one.`];
  if (primary.length === 1 && key !== null) {
    return [`It has the primary entity "${primary[0]}" and "primary_entity: ${key}": only one of them may be there.`];
  }
  if (dimensions.length === 0 || key !== null || primary.length === 1) return [];
  return ['It has dimensions and no primary entity: give it an entity of that type, or the key "primary_entity".'];
}

/** A window of validity: two dimensions, a natural key, and no measures. */
function validityFaults({ dimensions, entities, measures }: SemanticModelNode): readonly string[] {
  const found = dimensions.filter((one) => one.type_params?.validity_params);
  const natural = entities.filter(({ type }) => type === 'natural').map((entity) => entity.name);
  if (natural.length > 1) return [`It has several natural entities: ${natural.join(', ')}.`];
  if (found.length === 0) {
    return natural.length === 0 ? [] : ['A natural entity needs two time dimensions with "validity_params".'];
  }
  const starts = found.filter((one) => one.type_params?.validity_params?.is_start);
  const ends = found.filter((one) => one.type_params?.validity_params?.is_end);
  const names = found.map((one) => one.name).join(', ');
  const isWindow = found.length === 2 && starts.length === 1 && ends.length === 1 && starts[0] !== ends[0];
  const others = entities.some(({ type }) => type === 'primary' || type === 'unique');
  return [
    isWindow ? [] : `A window of validity has one dimension with "is_start" and one with "is_end"; here are: ${names}.`,
    natural.length > 0 ? [] : 'A window of validity needs an entity of type "natural".',
    others ? 'With a window of validity there can be no primary or unique entities.' : [],
    measures.length > 0 ? 'With a window of validity there can be no measures.' : [],
  ].flat();
}

function timeFaults({ defaults, dimensions, measures }: SemanticModelNode): readonly string[] {
  const usual = defaults?.agg_time_dimension ?? null;
  const known = new Set(dimensions.filter(({ type }) => type === 'time').map((one) => one.name));
  return [
    ...(usual === null || known.has(usual)
      ? []
      : [`The default "agg_time_dimension" is "${usual}", which is no time dimension of it.`]),
    ...measures.flatMap((measure) => {
      const own = measure.agg_time_dimension ?? usual;
      if (own === null)
        return [`The measure "${measure.name}" has no "agg_time_dimension", and the semantic model no default for it.`];
      if (known.has(own) || measure.agg_time_dimension === null) return [];
      return [`The measure "${measure.name}" is summed by "${own}", which is no time dimension of it.`];
    }),
  ];
}

function measureFaults(model: SemanticModelNode, measure: Measure): readonly string[] {
  const params = measure.agg_params as { percentile?: unknown } | null;
  const faults: string[] = [];
  const percentile = params?.percentile ?? null;
  if (measure.agg === 'percentile' && !(Number(percentile) > 0 && Number(percentile) < 1))
    faults.push(`The measure "${measure.name}" needs "percentile" under "agg_params": a number between 0 and 1.`);
  else if (measure.agg === 'median' && percentile !== null && percentile !== 0.5)
    faults.push(`The measure "${measure.name}" is a median, and its "percentile" is ${percentile}: leave it out.`);
  else if (measure.agg !== 'percentile' && measure.agg !== 'median' && percentile !== null)
    faults.push(`The measure "${measure.name}" has a "percentile", and is a ${measure.agg}: leave it out.`);
  if (measure.agg === 'count' && measure.expr === null)
    faults.push(`The measure "${measure.name}" counts, and needs an "expr" that says what.`);
  if (measure.agg === 'count' && /^distinct\s/i.test(measure.expr ?? ''))
    faults.push(`The measure "${measure.name}" counts distinct values: its "agg" is then count_distinct.`);
  const kept = measure.non_additive_dimension;
  if (kept === null) return faults;
  const dimension = model.dimensions.find((one) => one.name === kept.name);
  if (dimension?.type !== 'time')
    faults.push(`The measure "${measure.name}" does not add up over "${kept.name}", which is no time dimension of it.`);
  else if (granularityOf(dimension) !== granularityOf(timeOf(model, measure)))
    faults.push(`The measure "${measure.name}" and its non-additive dimension differ in granularity.`);
  if (!/^(?:min|max)$/.test(kept.window_choice))
    faults.push(`The "window_choice" of the measure "${measure.name}" is min or max, not "${kept.window_choice}".`);
  for (const one of kept.window_groupings)
    if (!model.entities.some((entity) => entity.name === one))
      faults.push(`The measure "${measure.name}" is grouped by "${one}", which is no entity of it.`);
  return faults;
}

function timeOf({ defaults, dimensions }: SemanticModelNode, measure: Measure): Dimension | undefined {
  const wanted = measure.agg_time_dimension ?? defaults?.agg_time_dimension;
  return dimensions.find((one) => one.name === wanted);
}

function granularityOf(dimension: Dimension | undefined): string | undefined {
  return dimension?.type_params?.time_granularity;
}
