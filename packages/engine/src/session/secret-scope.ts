/** Values of a profile's secret. */
export type SecretValues = Readonly<Record<string, unknown>>;

/** A text of a secret; undefined where it is not set. */
export function textOf(values: SecretValues, name: string): string | undefined {
  const value = values[name];
  return value === undefined || value === null || value === '' ? undefined : String(value);
}

/** Whether a secret is of a type. */
export function isOfType({ type }: SecretValues, wanted: string): boolean {
  return String(type).toLowerCase() === wanted;
}

/** What a secret is for: URIs that begin with one of these texts; with one of the given ones where it has no scope. */
export function scopesOf({ scope }: SecretValues, everything: readonly string[]): readonly string[] {
  if (scope === undefined || scope === null) return everything;
  return Array.isArray(scope) ? scope.map(String) : [String(scope)];
}

/** The one whose scope is the longest that the URI begins with, as DuckDB chooses; undefined where none fits. */
export function scopedTo<T extends { readonly scopes: readonly string[] }>(
  uri: string,
  all: readonly T[],
): T | undefined {
  const fitting = all.flatMap((one) =>
    one.scopes.filter((scope) => uri.startsWith(scope)).map((scope) => ({ one, length: scope.length })),
  );
  return fitting.sort((a, b) => b.length - a.length)[0]?.one;
}
