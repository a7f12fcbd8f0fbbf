import { isMapping } from './read-yaml.ts';

/** Whether a whole number has more than 64 bits: dbt cannot keep such a one. */
export function isHuge(value: unknown): value is bigint {
  return typeof value === 'bigint' && (value >= 2n ** 64n || value < -(2n ** 63n));
}

/** The way to the first such number in YAML data. */
export function pathToHuge(value: unknown): readonly (string | number)[] | undefined {
  if (isHuge(value)) return [];
  const inner: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : isMapping(value)
      ? Object.entries(value)
      : [];
  for (const [key, one] of inner) {
    const path = pathToHuge(one);
    if (path !== undefined) return [key, ...path];
  }
  return undefined;
}
