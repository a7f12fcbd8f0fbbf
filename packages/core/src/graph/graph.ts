/** The dependency graph of a project's nodes, sources and exposures. Edges go from parent to child. */
export interface Graph {
  readonly ids: readonly string[];
  parents(id: string): readonly string[];
  children(id: string): readonly string[];
  /** All ancestors, at most `depth` steps away. Without the node itself. */
  ancestors(id: string, depth?: number): ReadonlySet<string>;
  descendants(id: string, depth?: number): ReadonlySet<string>;
  /** Ids in an order in which every parent comes before its children; ties by id. */
  order(ids?: Iterable<string>): readonly string[];
}
