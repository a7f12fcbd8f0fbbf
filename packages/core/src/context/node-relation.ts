import type { ManifestNode, SourceNode } from '../manifest/nodes.ts';
import { externalText } from './external-source.ts';
import { isMapping } from './plain.ts';
import type { RelationPolicy, RelationPrinter } from './relation.ts';
import { Relation } from './relation.ts';
import { ephemeralName } from './relation-class.ts';

export interface NodeRelationOptions {
  /** The root project's `quoting`. */
  readonly quoting: Partial<RelationPolicy>;
  readonly printer?: RelationPrinter;
  readonly limit?: number | null;
}

/** The relation that a node is built as. */
export function nodeRelation(node: ManifestNode, options: NodeRelationOptions): Relation {
  const own = isMapping(node.config.quoting) ? node.config.quoting : {};
  return new Relation(
    {
      database: node.database,
      schema: node.schema,
      identifier: node.alias,
      quote: { ...options.quoting, ...own },
      limit: options.limit ?? null,
    },
    options.printer,
  );
}

/** What a `ref` to an ephemeral model prints: the name of its common table expression. */
export function ephemeralRelation(node: ManifestNode, limit: number | null): Relation {
  const identifier = ephemeralName(node.alias);
  return new Relation({ database: null, schema: null, identifier, type: 'cte', quote: { identifier: false }, limit });
}

/** The relation of a source. The project's quoting touches its name in the manifest alone (`quoting`), not what templates print, as in dbt. Throws EiderError for a bad `external_location`. */
export function sourceRelation(source: SourceNode, options: Partial<NodeRelationOptions> = {}): Relation {
  const { column: _, ...own } = source.quoting as Partial<RelationPolicy> & { column?: unknown };
  const said = Object.fromEntries(Object.entries(own).filter(([, value]) => typeof value === 'boolean'));
  return new Relation(
    {
      database: source.database,
      schema: source.schema,
      identifier: source.identifier,
      quote: { ...options.quoting, ...said },
      limit: options.limit ?? null,
      external: externalText(source),
    },
    options.printer,
  );
}
