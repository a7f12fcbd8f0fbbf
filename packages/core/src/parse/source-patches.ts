import { error, warning } from '../diagnostics.ts';
import type { Located } from '../project/located.ts';
import type { ParseState } from './parse-state.ts';
import { listOf, recordOf, textOf } from './read-values.ts';
import { itemsOf } from './test-targets.ts';

type Entry = Readonly<Record<string, unknown>>;

/** What a property file says in the place of another package's own words: a source with `overrides: PACKAGE`. */
export interface SourcePatch {
  readonly entry: Located;
  readonly data: Entry;
  /** The tables that met it: others are told. */
  readonly used: Set<string>;
}

/** A table's patch: its place and what it says, rendered. */
export interface TablePatch {
  readonly entry: Located;
  readonly data: Entry;
}

/** The patches of all property files, by `package.source`. */
export type SourcePatches = ReadonlyMap<string, SourcePatch>;

/** Gathers the sources that override others. A source may be overridden once. */
export function sourcePatches(state: ParseState): SourcePatches {
  const patches = new Map<string, SourcePatch>();
  for (const { file, sources } of state.scope.project.properties)
    for (const entry of sources) {
      if (!isOverride(entry)) continue;
      const data = state.rendererFor(file.packageName).entry('sources', entry);
      const key = patchKey(textOf(data.overrides), textOf(data.name));
      const place = entry.get('overrides')?.place ?? entry.place;
      const before = patches.get(key);
      if (before === undefined) patches.set(key, { entry, data, used: new Set() });
      else {
        const at = before.entry.place;
        const message = `The source "${key}" is overridden twice; the other place is ${at.file}:${at.line}.`;
        state.diagnostics.push(error('project/duplicate', message, { place, hint: 'Put both into one.' }));
      }
    }
  return patches;
}

/** Whether an entry under `sources:` changes another one. */
export function isOverride(entry: Located): boolean {
  return Object.hasOwn(recordOf(entry.value), 'overrides');
}

/** The key of a source in the patches. */
export function patchKey(packageName: string, source: string): string {
  return `${packageName}.${source}`;
}

/** What a patch says of a table, and that it was asked. */
export function tablePatch(patch: SourcePatch, name: string): TablePatch | undefined {
  const index = listOf(patch.data.tables).findIndex((table) => textOf(recordOf(table).name) === name);
  const entry = itemsOf(patch.entry.get('tables'))[index];
  if (entry === undefined) return undefined;
  patch.used.add(name);
  return { entry, data: recordOf(listOf(patch.data.tables)[index]) };
}

const ofPatch: readonly string[] = ['name', 'overrides', 'tables'];
/** What a patch that does not say it takes away, for dbt lays the defaults of these over what was there. */
const cleared = { source: ['config', 'freshness'], table: ['quoting', 'freshness'] } as const;

/** A source, or a table of it, with what a patch says in the place of its own words. */
export function patched(data: Entry, patch: Entry, kind: keyof typeof cleared): Entry {
  const kept = Object.entries(data).filter(([key]) => !(cleared[kind] as readonly string[]).includes(key));
  const said = Object.entries(patch).filter(
    ([key, value]) => !ofPatch.includes(key) && (value !== null || key === 'freshness'),
  );
  return Object.fromEntries([...kept, ...said]);
}

/** Tells the patches that met nothing, whole or table by table. */
export function reportUnusedPatches(state: ParseState, patches: SourcePatches, met: ReadonlySet<string>): void {
  const unused = (what: string, at: Located): void => {
    const place = at.get('name')?.place ?? at.place;
    const hint = 'Correct the names, or delete the entry.';
    state.diagnostics.push(warning('project/no-node', `This overrides ${what}, which is not there.`, { place, hint }));
  };
  for (const [key, { entry, data, used }] of patches) {
    if (!met.has(key)) unused(`the source "${key}"`, entry);
    else
      listOf(data.tables).forEach((table, index) => {
        const name = textOf(recordOf(table).name);
        if (!used.has(name)) unused(`the source table "${key}.${name}"`, entry.get('tables', index) ?? entry);
      });
  }
}
