import type { Place } from '../diagnostics.ts';
import { stripBlanks } from '../jinja/values/blanks.ts';
import type { Manifest } from '../manifest/nodes.ts';

/** A template's text as dbt keeps it, and where that text begins in its file. */
export interface TemplateSource {
  readonly code: string;
  readonly origin: Place;
}

/** The text of a file without what Python takes for white space around it, as dbt reads it: a byte order mark stays. `file` is how people know the file. */
export function strippedSource(text: string, file: string): TemplateSource {
  const code = stripBlanks(text, true, true);
  const { column, ...line } = placeOf(text, text.indexOf(code), file);
  // Nobody counts a byte order mark as a column.
  return { code, origin: { ...line, column: code.startsWith('\uFEFF') ? column - 1 : column } };
}

/** The place of an offset of a text. */
export function placeOf(text: string, offset: number, file: string): Place {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

const origins = new WeakMap<Manifest, () => ReadonlyMap<string, Place>>();

/** Keeps where the template of each node begins, for as long as the manifest lives; `places` is called when somebody asks. */
export function rememberOrigins(manifest: Manifest, places: () => ReadonlyMap<string, Place>): void {
  origins.set(manifest, places);
}

/** Where the `raw_code` of a node begins: in its file, or where a property file or dbt_project.yml defines it. */
export function originOf(manifest: Manifest, id: string): Place | undefined {
  return origins.get(manifest)?.().get(id);
}
