import type { CompiledNode, Compiler, DatabasePort, ManifestNode, Place } from '@eider/core';

/** What is known about a node that failed. */
export interface FailureContext {
  readonly compiler: Compiler;
  readonly node: Pick<ManifestNode, 'name' | 'resource_type' | 'unique_id'>;
  /** Where the node is written, where the manifest does not say. */
  readonly place?: Place;
  /** Undefined while the node is being compiled. */
  readonly compiled?: CompiledNode | undefined;
  /** Asked again, for reading only, to find the macro that wrote the SQL. */
  readonly port?: DatabasePort;
  /** Ends the query that runs on the port. */
  readonly interrupt?: () => void;
}
