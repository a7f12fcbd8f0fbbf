import type { Traffic } from '@eider/store';

/** What a build did for a node. */
export interface NodeWork {
  /** Of the data files that it wrote, wherever they lie. */
  readonly bytesWritten: number;
  /** Absent where nothing was asked of servers. */
  readonly traffic?: Traffic;
}

/** One node's line in a ledger entry. */
export interface LedgerNode {
  readonly generation: string;
  /** The build that made the generation: its object is `S/journal/<build>/<node>.json`. */
  readonly build: string;
  readonly tests: 'passed' | 'warned' | 'untested';
  /** The number of the entry in which this generation became the head. */
  readonly since: number;
  /** Where its rows are those of an older generation, in other files: which, and since when they are the head's. */
  readonly rowsOf?: { readonly generation: string; readonly since: number };
  /** What making the generation took; absent in entries of before this was written. */
  readonly work?: NodeWork;
}

/** One commit: the whole state after it, so that any entry can be read without its forebears. `S/ledger/<20-digit number>.json`. */
export interface LedgerEntry {
  readonly format: 1;
  readonly number: number;
  readonly build: string;
  readonly command: string;
  /** ISO 8601, UTC. */
  readonly committedAt: string;
  readonly startedAt: string;
  readonly eiderVersion: string;
  readonly nodes: Readonly<Record<string, LedgerNode>>;
  /** What the build tested and what came of it: for `eider.tests` and the history. */
  readonly tests: readonly {
    readonly id: string;
    readonly status: string;
    readonly failures: number | null;
    readonly nodes: readonly string[];
    readonly message: string | null;
  }[];
  /** Nodes withheld by this build, and the tests that did it. */
  readonly withheld: Readonly<Record<string, readonly string[]>>;
  readonly dropped: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  /** The working database's name: relations of it appear in the catalog under their schema alone. */
  readonly database: string;
  /** SHA-256 of the object `S/facts/<facts>.json` that holds the project's `NodeFacts`. */
  readonly facts: string;
  /** The user and machine that committed; absent in entries of before this was written. */
  readonly by?: { readonly user: string; readonly host: string };
  /** Rows of the generations that the build published; absent as `by`. */
  readonly rows?: number;
  /** Of a rollback: the number of the entry whose state it shows. */
  readonly restores?: number;
  /** Of a `restore`: node → the number of the entry whose generation of it is shown again. */
  readonly restoredNodes?: Readonly<Record<string, number>>;
  /** Node → withheld generation that is kept. */
  readonly candidates?: Readonly<Record<string, { readonly generation: string; readonly build: string }>>;
}
