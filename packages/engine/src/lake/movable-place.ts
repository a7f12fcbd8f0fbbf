import type { AliasRecord } from './alias.ts';
import type { Generation } from './generation.ts';

// What a state writes down of places below its root is relative to that, so that a root can be moved, copied, or mounted elsewhere.

/** Begins a place that is relative to the root of its state. */
const mark = './';

/** The folder that is moved as a whole: `<root>` of `<root>/_eider/<project>/<target>`, else the state itself. */
export function movableRoot(state: string): string {
  const parts = state.split('/');
  return ['_eider', '.eider'].includes(parts.at(-3) ?? '') ? parts.slice(0, -3).join('/') : state;
}

/** A place as a state writes it down. */
export function toMovable(state: string, place: string): string {
  const root = `${movableRoot(state)}/`;
  return place.startsWith(root) ? `${mark}${place.slice(root.length)}` : place;
}

/** A place that a state wrote down, where the state lies now. */
export function fromMovable(state: string, place: string): string {
  return place.startsWith(mark) ? `${movableRoot(state)}/${place.slice(mark.length)}` : place;
}

type Mapping = typeof toMovable;

/** A generation with its places mapped. */
export function mapPlaces(generation: Generation, state: string, map: Mapping): Generation {
  if (generation.kind === 'sql') return generation;
  const files = generation.files.map(({ deleted, ...file }) => ({
    ...{ ...file, path: map(state, file.path) },
    ...(deleted && { deleted: { ...deleted, path: map(state, deleted.path) } }),
  }));
  return { ...generation, files, location: generation.location && map(state, generation.location) };
}

/** Records of aliases with their places mapped. */
export function mapLocations(
  records: Readonly<Record<string, AliasRecord>>,
  state: string,
  map: Mapping,
): Readonly<Record<string, AliasRecord>> {
  const mapped = Object.entries(records).map(([node, record]): [string, AliasRecord] => {
    return [node, { ...record, location: record.location && map(state, record.location) }];
  });
  return Object.fromEntries(mapped);
}
