import type { Batch, CompiledNode, Compiler, DatabasePort, Diagnostic, Layout, ManifestNode } from '@eider/core';
import type { Generation } from '../lake/generation.ts';
import type { Build, GenerationPlace } from '../lake/lake.ts';
import type { Connection, Session } from '../session/session.ts';

/** What a materialization works with: one node, its SQL, the connection that is its own while it runs, and the build that takes its data. */
export interface MaterializeContext {
  readonly node: ManifestNode;
  /** Null for seeds. */
  readonly compiled: CompiledNode | null;
  readonly compiler: Compiler;
  readonly session: Session;
  readonly connection: Connection;
  readonly port: DatabasePort;
  /** In a run its `finish` does not wait for the disk: the commit does, and a failure is told then. */
  readonly build: Build;
  /** The slice of time of a microbatch model that is built now. */
  readonly batch?: Batch | undefined;
  /** Where an external model goes, where that is known already. */
  readonly layout?: Layout | undefined;
  /** The node's committed generation. */
  readonly head: Generation | undefined;
  /** Node → generation id of what it reads; null for a source. */
  readonly reads: Readonly<Record<string, string | null>>;
  /** Of the node's data, where a later build may ask for it. */
  readonly fingerprint?: string;
  readonly now: () => Date;
}

/** What a materialization made. After it the node's relation resolves in the working database. */
export interface Materialized {
  /** The generation of a node whose data is outside the working database: `finish` of it was called. */
  readonly generation: Generation | null;
  /** What becomes a generation after on-run-end, and under which id: a relation of the working database, exported; a view there, published as SQL or as data. */
  readonly later: { readonly kind: 'internal' | 'view'; readonly place: GenerationPlace } | null;
  readonly rows: number | null;
  readonly bytes: number | null;
  /** dbt's word for it: `OK`, `INSERT 5`. */
  readonly message: string;
  /** dbt's `adapter_response`, where the materialization gave one of its own. */
  readonly response?: Readonly<Record<string, unknown>>;
  readonly location: string | null;
  /** What is to be said of it. */
  readonly findings?: readonly Diagnostic[];
}

/** Builds one node. Throws SqlError with a position in the compiled SQL, or EiderError; leaves the relation of before in place then. */
export type Materialize = (context: MaterializeContext) => Promise<Materialized>;

/** An incremental model that is being built: in one step, or, a microbatch model, in one for each batch. All steps together make one generation. */
export interface IncrementalBuild {
  /** Brings the rows of compiled SQL in, or makes the relation anew of them where `whole`. What fails changes nothing. */
  step(context: MaterializeContext, whole: boolean): Promise<void>;
  /** After the steps. */
  end(): Promise<Materialized>;
}
