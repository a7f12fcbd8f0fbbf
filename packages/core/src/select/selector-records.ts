import { parseCriterion } from './parse-selection.ts';

type Plain = Readonly<Record<string, unknown>>;

/**
 * The `selectors` of dbt's manifest: each entry of `selectors.yml` by its name, its definition written out. One-line criteria and lone methods become
 * mappings, references to selectors above become what these say. Entries without a name are left out.
 */
export function selectorRecords(entries: readonly unknown[]): Record<string, Plain> {
  const records: Record<string, Plain> = {};
  for (const entry of entries) {
    if (!isMapping(entry) || typeof entry.name !== 'string') continue;
    records[entry.name] = { ...entry, definition: written(entry.definition, records) };
  }
  return records;
}

function written(definition: unknown, above: Readonly<Record<string, Plain>>): unknown {
  if (typeof definition === 'string') return criterion(definition);
  if (!isMapping(definition)) return definition;
  for (const kind of ['union', 'intersection'])
    if (Array.isArray(definition[kind])) return { [kind]: definition[kind].map((part) => written(part, above)) };
  const [key = '', given] = Object.entries(definition)[0] ?? [];
  const value = Array.isArray(given) ? given.map((part) => written(part, above)) : given;
  if (key === 'exclude') return { exclude: value };
  if (Object.keys(definition).length === 1) return { method: key, value };
  // Everything beside the name of the other selector is lost here, as in dbt.
  if (key === 'method' && value === 'selector') return above[String(definition.value)]?.definition;
  return definition;
}

/** A one-line criterion as dbt writes it down: depths as texts, and only what it says. */
function criterion(raw: string): Plain {
  const found = parseCriterion(raw);
  if ('severity' in found) return { error: 'Invalid selector spec' };
  const { children, childrensParents, method, methodArguments, parents, value } = found;
  return {
    ...(childrensParents && { childrens_parents: true }),
    ...(parents !== null && { parents: true, ...depth('parents_depth', parents) }),
    method: [method, ...methodArguments].join('.'),
    value,
    ...(children !== null && { children: true, ...depth('children_depth', children) }),
  };
}

function depth(key: string, steps: { readonly depth: number | null }): Plain {
  return steps.depth === null ? {} : { [key]: String(steps.depth) };
}

function isMapping(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
