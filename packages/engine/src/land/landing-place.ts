import { type Compiler, EiderError, error, isExternal, isUri, type SourceNode } from '@eider/core';
import { deltaCalls } from '../delta/delta-calls.ts';
import { tablePlace } from '../delta/open-table.ts';

/** Where a Delta table lies. */
export interface TablePlace {
  /** An absolute path or a URI. */
  readonly location: string;
  /** What people call it: `landing.orders`, or the place. */
  readonly name: string;
  /** Unique id of the source that reads it; null where none does. */
  readonly source: string | null;
}

type Project = Pick<Compiler, 'manifest' | 'project'>;

/**
 * Where `schema.table` is landed: in the Delta table that a source of that name reads (`external_location: delta_scan('…')`, or `format: delta` with `location`),
 * else in `landing/<schema>/<table>` of the lake's root. A source is named by its own name or its schema. Throws EiderError.
 */
export function landingPlace({ manifest, project }: Project, name: string): TablePlace {
  const [schema = '', table = '', ...rest] = name.split('.');
  if (rest.length > 0 || [schema, table].some((part) => !/^[\p{L}\p{N}_][\p{L}\p{N}_ -]*$/u.test(part))) {
    throw failure(`"${name}" is no name of a landing table.`, 'Name it by schema and table: landing.orders.');
  }
  const source = Object.values(manifest.sources).find((each) => isNamed(each, schema, table));
  const text = source?.relation_name ?? '';
  const [call] = deltaCalls(text);
  if (
    source !== undefined &&
    call === undefined &&
    (/[('/]/.test(text.replace(/"[^"]*"/g, '')) || text.startsWith("'"))
  ) {
    throw failure(
      `The source ${source.source_name}.${source.name} reads ${text}, which is no Delta table.`,
      'Give it the config `format: delta` and a `location`, or land into another table.',
    );
  }
  const location = call?.location ?? `${rootOf({ manifest, project })}/landing/${schema}/${table}`;
  return {
    location: tablePlace(project.root, location),
    name,
    source: call === undefined ? null : (source?.unique_id ?? null),
  };
}

function isNamed(
  { identifier, name, schema, source_name: sourceName }: SourceNode,
  wantedSchema: string,
  table: string,
): boolean {
  return [sourceName, schema].includes(wantedSchema) && [name, identifier].includes(table);
}

/** The root that people chose for external files: the profile's, else the one that all external models have; the project's folder where there is none. */
function rootOf({ manifest, project }: Project): string {
  if (project.target.externalRoot !== '.') return project.target.externalRoot;
  const own = new Set(
    Object.values(manifest.nodes).flatMap((node) =>
      isExternal(node) && typeof node.config.external_root === 'string' ? [node.config.external_root] : [],
    ),
  );
  const [root] = own;
  return own.size === 1 && root !== undefined ? root : project.root;
}

/** The table that a command line names: by a path or URI (from `folder` on), or as a landing table. Nodes are told apart by the caller. */
export function namedPlace(project: Project, name: string, folder: string): TablePlace {
  if (isUri(name) || /[\\/]/.test(name)) return { location: tablePlace(folder, name), name, source: null };
  return landingPlace(project, name);
}

function failure(message: string, hint: string): EiderError {
  return new EiderError([error('engine/landing', message, { hint })]);
}
