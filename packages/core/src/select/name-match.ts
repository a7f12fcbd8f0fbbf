import { wildcardMatches } from './wildcard.ts';

/** Whether dbt's `fqn:` (and a bare name) means this node: its name, the beginning of its dotted name with or without the package, or a wildcard. */
export function nameMatches(fqn: readonly string[], wanted: string, versioned: boolean): boolean {
  return partMatches(fqn, wanted, versioned) || partMatches(fqn.slice(1), wanted, versioned);
}

function partMatches(fqn: readonly string[], wanted: string, versioned: boolean): boolean {
  const wantedParts = wanted.split('.');
  if (versioned ? versionedNameIs(fqn, wanted, wantedParts) : fqn.at(-1) === wanted) return true;
  // A dot in a model's name separates like any other.
  const parts = fqn.flatMap((part) => part.split('.'));
  if (parts.length < wantedParts.length) return false;
  const wildcardAt = wantedParts.findIndex((part) => /[*?[\]]/.test(part));
  const plain = wildcardAt < 0 ? wantedParts : wantedParts.slice(0, wildcardAt);
  if (!plain.every((part, at) => part === parts[at])) return false;
  if (wildcardAt < 0) return true;
  // A wildcard takes in dots: the rest of the name is compared as one text.
  if (wildcardMatches(parts.slice(wildcardAt).join('.'), wantedParts.slice(wildcardAt).join('.'))) return true;
  const leaf = versioned ? fqn.at(-2) : fqn.at(-1);
  return wantedParts.length === 1 && leaf !== undefined && wildcardMatches(leaf, wanted);
}

/** `orders`, `orders.v2` and `orders_v2` all name version 2 of orders, whose dotted name ends in `orders.v2`. */
function versionedNameIs(fqn: readonly string[], wanted: string, wantedParts: readonly string[]): boolean {
  return fqn.at(-2) === wanted || fqn.slice(-2).join('_') === wantedParts.slice(-2).join('_');
}
