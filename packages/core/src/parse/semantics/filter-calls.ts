import { Namespace } from '../../context/namespace.ts';
import type { JinjaEnvironment } from '../../jinja/environment.ts';
import { hostFunction, optional, toStr } from '../../jinja/values/index.ts';
import { isGranularity } from './semantic-values.ts';

/** What a filter, a group-by or an order-by of the semantic layer speaks of. */
export interface FilterCall {
  readonly kind: 'Dimension' | 'Entity' | 'Metric' | 'TimeDimension';
  /** `order__country`, without a granularity. */
  readonly name: string;
  /** The dimension, entity or metric that it means: `country`. */
  readonly element: string;
  /** The granularity that it asks for, however that is spelled; an empty text where it asks for none. */
  grain: string;
}

/** The calls of a template, or what is wrong with it, in one sentence: the rules of dbt-semantic-interfaces, which knows four functions here and nothing else. */
export function filterCalls(
  environment: JinjaEnvironment,
  template: string,
): { readonly calls: readonly FilterCall[]; readonly fault?: string } {
  const calls: FilterCall[] = [];
  const faults: string[] = [];
  const note = (kind: FilterCall['kind'], name: string, grain: unknown): Namespace => {
    const parts = name.split('__');
    const isShort = parts.length < 2 && name !== 'metric_time';
    if (isShort && kind.endsWith('Dimension'))
      faults.push(`"${name}" is written with the entity that leads to it: ${kind}('<entity>__${name}').`);
    const suffix = parts.length > 1 && isGranularity(parts.at(-1) ?? '') ? parts.pop() : undefined;
    const asked = typeof grain === 'string' ? grain : (suffix ?? '');
    const made: FilterCall = { kind, name: parts.join('__'), element: parts.at(-1) ?? name, grain: asked };
    calls.push(made);
    const same = new Namespace(kind, (member) =>
      ['grain', 'date_part', 'descending'].includes(member)
        ? hostFunction(member, [optional('value')], (value) => {
            if (member === 'grain') made.grain = toStr(value);
            return same;
          })
        : undefined,
    );
    return same;
  };
  const call = (kind: FilterCall['kind'], ...more: readonly string[]) =>
    hostFunction(kind, ['name', ...more.map((one) => optional(one))], (name, second) =>
      note(kind, toStr(name), more[0] === 'time_granularity_name' ? second : undefined),
    );
  const functions: Readonly<Record<string, unknown>> = {
    Dimension: call('Dimension', 'entity_path'),
    TimeDimension: call('TimeDimension', 'time_granularity_name', 'entity_path', 'descending', 'date_part_name'),
    Entity: call('Entity', 'entity_path'),
    Metric: call('Metric', 'group_by', 'descending'),
  };
  try {
    const onUndefined = (words: string): unknown => faults.push(`${words}.`);
    environment.template(template, 'filter').renderMapped({ get: (name) => functions[name] }, { onUndefined });
  } catch (failure) {
    return { calls, fault: failure instanceof Error ? failure.message : String(failure) };
  }
  const [fault] = faults;
  return { calls, ...(fault !== undefined && { fault }) };
}
