import type { Diagnostic } from '@eider/core';
import type { NodeWork } from '../lake/ledger.ts';

export type NodeStatus = 'success' | 'partial success' | 'error' | 'skipped' | 'pass' | 'fail' | 'warn' | 'no-op';

/** What came of one node. `status` is dbt's. */
export interface NodeResult {
  readonly node: string;
  readonly status: NodeStatus;
  /** dbt's short message: `OK`, `PASS`, `FAIL 3`, or the error's text. */
  readonly message: string;
  readonly failures: number | null;
  readonly rows: number | null;
  /** dbt's `adapter_response`, of a materialization that gave one of its own. */
  readonly response?: Readonly<Record<string, unknown>>;
  /** What the run did for it up to now: at the run's end, all of it. Absent where it wrote and asked nothing. */
  readonly work?: NodeWork | undefined;
  /** Rows of the relation as it was published, and as the run left it, where both can be told at no cost. Null: it was not there, or nobody counted. */
  readonly change?: { readonly before: number | null; readonly after: number | null };
  readonly startedAt: string;
  readonly compileMs: number;
  readonly executeMs: number;
  readonly diagnostics: readonly Diagnostic[];
  readonly thread: string;
  readonly relationName: string | null;
  readonly location: string | null;
  /** Of a microbatch model. */
  readonly batches?: BatchResults;
  readonly batchSql?: readonly BatchSql[];
  /** The SQL of the node, for `target/compiled`; absent where it was not compiled. */
  readonly compiledSql?: string;
  /** Of a node that is skipped because an ephemeral model that it reads cannot be compiled. */
  readonly skipCause?: SkipCause;
  /** The statements that were run for it, for `target/run`; absent where nothing ran. */
  readonly ranSql?: string;
}

/** An ephemeral model and what came of it: `skipped` where it reads one that cannot be compiled. */
export interface SkipCause {
  readonly model: string;
  readonly status: 'error' | 'skipped';
}

/** What came of the batches of a microbatch model: their times, inclusive and exclusive, oldest first. */
export interface BatchResults {
  readonly successful: readonly BatchSpan[];
  readonly failed: readonly BatchSpan[];
}

export type BatchSpan = readonly [start: Date, end: Date];

/** The SQL of one batch. */
export interface BatchSql {
  /** `2024-01-02`: what its files are named for. */
  readonly label: string;
  readonly compiledSql?: string;
  readonly ranSql?: string;
}

/** A line's worth about a node for reporters: `sql external model main.big`. */
export interface NodeLabel {
  readonly id: string;
  readonly name: string;
  readonly resourceType: string;
  readonly materialized: string;
  readonly language: string;
  /** Of a model that is built batch by batch. */
  readonly isMicrobatch?: true;
  /** `schema.alias` for relations, the test's name for tests. */
  readonly display: string;
  /** What the manifest says of it; absent for what is not in `nodes`. */
  readonly record?: NodeRecord;
}

/** What dbt's logs tell of a node beside its name. */
export interface NodeRecord {
  /** Relative to the resource folder: dbt's `node_path`. */
  readonly path: string;
  readonly checksum: string;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly database: string;
  readonly schema: string;
  readonly alias: string;
  readonly relationName: string | null;
  /** The node that a generic test is about. */
  readonly attachedNode: string | null;
}

/** A hook of the project in its turn. */
export interface HookTurn {
  /** Its unique id: `operation.shop.shop-on-run-end-0`. */
  readonly id: string;
  /** dbt's name for it, which counts on over all packages: `shop.on-run-end.0`. */
  readonly name: string;
  /** From 1. */
  readonly index: number;
  readonly total: number;
}

/** Everything that happens in a run, in order. Reporters subscribe; nothing here prints. */
export type RunEvent =
  | {
      readonly kind: 'run-started';
      readonly build: string | null;
      /** The state folder. */
      readonly state: string;
      readonly threads: number;
      readonly target: string;
      readonly counts: Readonly<Record<string, number>>;
      readonly total: number;
    }
  | ({ readonly kind: 'hook-started' } & HookTurn)
  | ({
      readonly kind: 'hook-finished';
      readonly ms: number;
      /** `skipped`: one before it failed. */
      readonly status: 'success' | 'error' | 'skipped';
    } & HookTurn)
  | {
      readonly kind: 'hook-rendered';
      /** The hook's statements, before they run: for `target/compiled`. */
      readonly sql: string;
    }
  | {
      readonly kind: 'node-started';
      readonly node: NodeLabel;
      readonly index: number;
      readonly total: number;
      readonly thread: string;
    }
  | {
      readonly kind: 'node-finished';
      readonly node: NodeLabel;
      readonly result: NodeResult;
      readonly index: number;
      readonly total: number;
    }
  | {
      readonly kind: 'batch-started';
      readonly node: NodeLabel;
      /** `2024-01-02`: which batch it is. */
      readonly batch: string;
      readonly index: number;
      readonly total: number;
    }
  | {
      readonly kind: 'batch-finished';
      readonly node: NodeLabel;
      readonly batch: string;
      readonly index: number;
      readonly total: number;
      readonly ms: number;
      /** `skipped`: the first batch failed. */
      readonly status: 'success' | 'error' | 'skipped';
    }
  | {
      readonly kind: 'log';
      readonly message: string;
      readonly info: boolean;
      readonly node: string | null;
      /** It tells of a transient failure, and of the attempt that follows. */
      readonly retry?: true;
    }
  | { readonly kind: 'finding'; readonly diagnostic: Diagnostic }
  | {
      readonly kind: 'withheld';
      readonly node: NodeLabel;
      readonly tests: readonly string[];
      /** Whether one of the tests failed; else they did not run. */
      readonly isFailed: boolean;
      /** When the one was made that readers keep, ISO 8601; null where they have none. */
      readonly since: string | null;
    }
  | { readonly kind: 'dropped'; readonly node: string }
  | {
      readonly kind: 'published';
      readonly path: string;
      readonly number: number;
      readonly relations: number;
      /** What of it this run made. */
      readonly made: MadeData;
    }
  | { readonly kind: 'run-finished'; readonly summary: RunSummary };

/** Data that a run published: relations, and the files, rows and bytes of those that have files. */
export interface MadeData {
  readonly relations: number;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
}

export interface RunSummary {
  readonly elapsedMs: number;
  readonly pass: number;
  readonly warn: number;
  readonly error: number;
  readonly skip: number;
  readonly noOp: number;
  readonly total: number;
  readonly success: boolean;
}
