import type { Manifest } from './nodes.ts';

/** Macros, with those that call them at any depth in any of the manifests. */
export function callersOf(
  macros: ReadonlySet<string>,
  manifests: readonly Pick<Manifest, 'macros'>[],
): ReadonlySet<string> {
  const callers = new Map<string, string[]>();
  for (const { depends_on, unique_id } of manifests.flatMap((manifest) => Object.values(manifest.macros)))
    for (const called of depends_on.macros) callers.set(called, [...(callers.get(called) ?? []), unique_id]);
  const reached = new Set(macros);
  for (let layer = [...macros]; layer.length > 0; ) {
    layer = layer.flatMap((id) => callers.get(id) ?? []).filter((id) => !reached.has(id));
    for (const id of layer) reached.add(id);
  }
  return reached;
}
