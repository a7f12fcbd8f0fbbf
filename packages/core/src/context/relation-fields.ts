import type { HostObject } from '../jinja/values/index.ts';
import { hostFunction, PyError, repr } from '../jinja/values/index.ts';
import { FieldsObject } from './fields-object.ts';
import { plainRecord } from './plain.ts';

/** Which of a relation's three parts are quoted, or printed at all. */
export interface RelationPolicy {
  readonly database: boolean;
  readonly schema: boolean;
  readonly identifier: boolean;
}

export const PARTS = ['database', 'schema', 'identifier'] as const;
type Part = (typeof PARTS)[number];

/** `relation.path`: the three parts of a name. */
export function pathObject(parts: Readonly<Record<Part, string | null>>): FieldsObject {
  const { database, schema, identifier } = parts;
  const path = { database, schema, identifier };
  const lowered = (key: unknown): string | null => path[partOf(key)]?.toLowerCase() ?? null;
  return new FieldsObject('Path', path, { get_lowered_part: hostFunction('get_lowered_part', ['key'], lowered) });
}

/** `relation.include_policy` and `relation.quote_policy`. */
export function policyObject(policy: RelationPolicy): FieldsObject {
  return new FieldsObject(
    'Policy',
    { ...policy },
    {
      get_part: hostFunction('get_part', ['key'], (key) => policy[partOf(key)]),
      replace_dict: hostFunction('replace_dict', ['dct'], (changes) =>
        policyObject({ ...policy, ...plainRecord(changes) }),
      ),
    },
  );
}

/** Python's frozenset(): dbt-duckdb renames and replaces no kind of relation in one step. */
export const noRelations: HostObject = {
  __type__: 'frozenset',
  __iter__: () => [],
  __len__: () => 0,
  __contains__: () => false,
  __repr__: () => 'frozenset()',
};

function partOf(key: unknown): Part {
  const part = PARTS.find((one) => one === key);
  if (part !== undefined) return part;
  const known = PARTS.map((one) => `<ComponentName.${one[0]?.toUpperCase()}${one.slice(1)}: '${one}'>`);
  const given = typeof key === 'string' ? key : repr(key);
  throw new PyError('ValueError', `Got a key of ${given}, expected one of [${known.join(', ')}]`);
}
