import type { Compiler } from '@eider/core';
import type { Lake } from '../lake/lake.ts';
import type { DeferRequest } from './deferred-state.ts';
import type { BatchResults, NodeResult, RunEvent, RunSummary } from './events.ts';
import type { RunPlan } from './plan-run.ts';

/** What is counted and not run: exposures and saved queries, which have their turn among the nodes all the same, as in dbt. */
export interface Counted {
  readonly ids: readonly string[];
  /** Told of the order of all, before the first node begins. */
  plan(plan: RunPlan): void;
  /** The results of nodes with theirs in between: templates of on-run-end see them too. */
  among(results: readonly NodeResult[]): readonly NodeResult[];
}

export interface RunRequest {
  readonly compiler: Compiler;
  /** `watch`: a `build` of some nodes; retention keeps its states for a shorter time. */
  readonly command: 'build' | 'run' | 'test' | 'seed' | 'snapshot' | 'watch' | 'clone';
  /** Unique ids to run, in any order. */
  readonly selected: readonly string[];
  /** Whether the user narrowed the project: a partial build drops nothing. */
  readonly partial: boolean;
  readonly threads: number;
  readonly fullRefresh: boolean;
  /** The time that microbatch models are built for (`--event-time-start`, `--event-time-end`), inclusive and exclusive. */
  readonly eventTime?: { readonly start: Date; readonly end: Date } | undefined;
  /** What came of the batches of microbatch models when they were run before (`retry`): the failed ones are run again, beside the others. By unique id. */
  readonly batches?: Readonly<Record<string, BatchResults>>;
  readonly failFast: boolean;
  /** Tests that warn fail (`--warn-error`). */
  readonly warnError?: boolean;
  readonly storeFailures: boolean;
  /** Unselected nodes are read as they were last built, though tests withheld that from readers (`--with-candidates`). */
  readonly withCandidates?: boolean;
  /** The flag under which models read fewer rows than there are: what they make stays a candidate, unless the profile says otherwise. */
  readonly fewerRows?: '--empty' | '--sample' | undefined;
  /** Where refs lead to what is not selected and not here (`--defer`). */
  readonly defer?: DeferRequest | undefined;
  readonly onEvent: (event: RunEvent) => void;
  readonly counted?: Counted;
  /** Ends the run: queries are interrupted, and nothing of it becomes visible unless the commit has begun. */
  readonly signal?: AbortSignal;
  readonly eiderVersion: string;
  /** The project's lake, where it is open already: what it read of the ledger is not read again. */
  readonly lake?: Lake;
  /** How long to wait for another process that holds the working database, in milliseconds; 60 s where absent. */
  readonly lockTimeoutMs?: number;
  /** Wait for other builds of the same nodes, and for the working database, so many milliseconds (`--wait`); beside them where absent. */
  readonly waitMs?: number;
  /** Names this run, so that a later one can go on with it should it not come to its end: an id. */
  readonly run?: string;
  /** The run that this one goes on with: what that one finished is not built again. */
  readonly continues?: string;
  /** Build every node, though another build that ended without a commit finished it (`--no-adopt`). */
  readonly noAdopt?: boolean;
  /** Take locations that another state owns, and a published path that holds something else (`--take-over`). */
  readonly takeOver?: boolean;
  /** The clock; the system's where absent. */
  readonly now?: () => Date;
  /** A fresh random text for ids; from the system where absent. */
  readonly randomId?: () => string;
}

export interface RunOutcome {
  readonly results: readonly NodeResult[];
  readonly summary: RunSummary;
  /** Whether the signal ended it before its commit: nothing of it is visible. */
  readonly aborted: boolean;
  /** The SQL of ephemeral models that were selected or went into what was compiled, by id, for `target/compiled`: they have no result. */
  readonly ephemeral: Readonly<Record<string, string>>;
}
