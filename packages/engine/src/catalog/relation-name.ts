import type { Generation } from '../lake/generation.ts';

/** Where a relation stands in the catalog file. */
export interface PublishedName {
  readonly schema: string;
  readonly name: string;
}

/** A relation's place in the catalog: its schema, or `<database>__<schema>` where it belongs to another database than the working one. */
export function publishedName(relation: Generation['relation'], database: string): PublishedName {
  const own = relation.database === '' || relation.database.toLowerCase() === database.toLowerCase();
  return { schema: own ? relation.schema : `${relation.database}__${relation.schema}`, name: relation.identifier };
}

/** One text for names that DuckDB holds for equal. */
export function sameName({ schema, name }: PublishedName): string {
  return `${schema.toLowerCase()}\0${name.toLowerCase()}`;
}
