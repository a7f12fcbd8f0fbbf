import type { KnownProperties } from '../cache/parse-cache.ts';
import { type Located, type LocatedData, locatedData, locatedFrom, placesIn } from '../project/located.ts';
import type { PropertyFile, SourceFile } from '../project/project.ts';

const kinds = [
  'models',
  'seeds',
  'snapshots',
  'sources',
  'macros',
  'analyses',
  'exposures',
  'metrics',
  'semanticModels',
  'savedQueries',
  'dataTests',
  'groups',
  'unitTests',
  'functions',
] as const satisfies readonly (keyof PropertyFile)[];

type Entries = Readonly<Record<string, readonly LocatedData[]>>;

/** A property file without its text, which stands with the file. */
export interface SavedProperties {
  readonly shownAs: string;
  /** Null where there is nothing in the file. */
  readonly entries: Entries | null;
  readonly findings: KnownProperties['findings'];
}

/** What `restoredProperties` makes a property file of again. */
export function savedProperties({ shownAs, properties, findings }: KnownProperties): SavedProperties {
  if (properties === null) return { shownAs, entries: null, findings };
  const entries = Object.fromEntries(kinds.map((kind) => [kind, properties[kind].map(locatedData)]));
  return { shownAs, entries, findings };
}

export function restoredProperties(saved: SavedProperties, file: SourceFile): KnownProperties {
  const { shownAs, entries, findings } = saved;
  const { text } = file;
  if (entries === null) return { text, shownAs, properties: null, findings };
  const placeAt = placesIn(text.trimEnd(), shownAs);
  const restored = (all: readonly LocatedData[] = []): Located[] => all.map((one) => locatedFrom(one, placeAt));
  const lists = kinds.map((kind) => [kind, restored(entries[kind])]);
  const properties = { file, ...Object.fromEntries(lists) };
  return { text, shownAs, properties, findings };
}
