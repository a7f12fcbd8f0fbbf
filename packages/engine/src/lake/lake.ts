import type { Diagnostic } from '@eider/core';
import type { StoreAccess, Traffic } from '@eider/store';
import type { RemoteBinding } from '../catalog/catalog-database.ts';
import type { CacheOptions } from '../objects/object-cache.ts';
import type { Desk } from '../objects/objects.ts';
import type { Connection, Session } from '../session/session.ts';
import type { Fault } from './fault.ts';
import type { FilesGeneration, Generation } from './generation.ts';
import type { HistoryLine } from './history.ts';
import type { BuildPlan, Waiting } from './lease.ts';
import type { LedgerEntry, NodeWork } from './ledger.ts';
import type { Removed } from './remover.ts';
import type { RollbackOutcome } from './rollback.ts';
import type { BuildReport } from './running-builds.ts';
import type { StateReport } from './state-report.ts';

/** The committed state: its entry and the generation object of each node. */
export interface Head {
  readonly entry: LedgerEntry;
  generation(node: string): Promise<Generation | undefined>;
  /** The generation of a node that tests withheld from this entry. */
  candidate(node: string): Promise<Generation | undefined>;
}

/** A node's description for the catalog's `eider` schema. */
export interface NodeFacts {
  readonly id: string;
  readonly resourceType: string;
  readonly materialized: string;
  readonly description: string;
  readonly columnDescriptions: Readonly<Record<string, string>>;
  readonly parents: readonly string[];
  readonly path: string;
  readonly tags: readonly string[];
}

export interface CommitRequest {
  readonly session: Session;
  /** Node → generation that becomes its head. */
  readonly publish: Readonly<
    Record<
      string,
      {
        readonly generation: Generation;
        readonly tests: 'passed' | 'warned' | 'untested';
        /** The rows are those of the head, in other files: nothing upon it is stale. */
        readonly sameRows?: boolean;
        readonly work?: NodeWork | undefined;
      }
    >
  >;
  /** Nodes that this build withholds, and why; what earlier builds withheld stays so until it is published or made again. */
  readonly withheld: Readonly<Record<string, readonly string[]>>;
  readonly tests: LedgerEntry['tests'];
  readonly counts: Readonly<Record<string, number>>;
  /** Generations of the nodes that it withholds, finished: kept as long as the entry, so that a later run can read or publish them. */
  readonly candidates?: readonly Generation[];
  /** Nodes of the whole project by id. Heads of nodes that are not in it are dropped where `dropMissing`. */
  readonly nodes: Readonly<Record<string, NodeFacts>>;
  readonly dropMissing: boolean;
}

export interface CommitResult {
  readonly kind: 'committed' | 'nothing';
  readonly number: number | null;
  /** Absolute path of the published catalog. */
  readonly published: string | null;
  readonly dropped: readonly string[];
  /** How many relations the entry shows. */
  readonly relations: number;
  /** Relations that stayed out of the catalog, with the engine's message. */
  readonly unbound: Readonly<Record<string, string>>;
  /** What the user should hear of: files moved aside, a name that readers cannot use, … */
  readonly findings: readonly Diagnostic[];
}

/** What is known of a node whose location may hold files that eider did not write. */
export interface AdoptRequest {
  readonly connection: Connection;
  readonly node: string;
  readonly relation: Generation['relation'];
  readonly materialized: string;
  readonly location: string;
  readonly folder: boolean;
  readonly format: FilesGeneration['format'];
  /** Arguments of the reader, in SQL spelling. */
  readonly readOptions: Readonly<Record<string, string>>;
}

/** Where a generation's files go. */
export interface GenerationPlace {
  readonly id: string;
  readonly folder: string;
  /** Writes on this machine first what is to lie in a bucket. */
  readonly desk?: Desk;
}

/** A running build: the only way to add generations. */
export interface Build {
  /** Sorts by time: `20261121T091205123Z-<random>`. */
  readonly id: string;
  /** What the build started from. */
  readonly head: Head | undefined;
  /** A fresh generation id and the folder under which its files go (made), e.g. `S/data/model.shop.orders`; file names begin with the id. `location` decides the device. */
  newGeneration(node: string, location: string | null): Promise<GenerationPlace>;
  /** As `newGeneration`, for files of the Delta table at a location: the folder is the table's. */
  newTableGeneration(node: string, location: string): Promise<{ readonly id: string; readonly folder: string }>;
  /**
   * Takes up the files at a location as generation 0 of a node that has none: linked under `S/data`, not copied; the location stays as it is.
   * Undefined where there are none, or where the location holds an alias of this state. The generation is finished; publish it, or carry its files.
   * Its `reader.options` may ask for `hive_partitioning` (dbt-duckdb leaves partition columns out of the files): a generation that carries its files keeps those options.
   */
  adopt(request: AdoptRequest): Promise<FilesGeneration | undefined>;
  /** The files of another state's generation under names of this build's, in the place of a new generation: see `clone-files.ts`. */
  cloneFiles(
    generation: FilesGeneration,
    place: { readonly id: string; readonly folder: string; readonly location: string | null },
  ): Promise<FilesGeneration['files']>;
  /** Makes a finished generation durable: files fsynced and 0444, generation object put; the folders are fsynced together before the commit point. */
  finish(generation: Generation): Promise<void>;
  /** Steps 3 to 8 of the commit protocol. Throws LakeError `lake/conflict` where another build replaced what this one replaces or read. */
  commit(request: CommitRequest): Promise<CommitResult>;
  /**
   * What builds that ended without a commit left finished, node → generation, to be taken up: kept while this build lives. Those of the run that is named, of
   * any run where none is; none that are older than `LakeOptions.adoptWithin`.
   */
  left(run?: string): Promise<ReadonlyMap<string, FilesGeneration>>;
  /** Makes such a generation this build's own, with what it reads by its new names; finished. Undefined where its files are gone. */
  take(generation: FilesGeneration, reads: Generation['reads']): Promise<FilesGeneration | undefined>;
  /** Stops the heartbeat. What was not committed is deleted; with `leave`, where nothing was, what is finished stays for a later build. */
  end(how?: { readonly leave: boolean }): Promise<void>;
}

export interface LakeOptions {
  /** The state folder `S`, absolute. */
  readonly state: string;
  readonly project: string;
  readonly publishPath: string;
  /** Where the catalog is published too, absolute or URIs. */
  readonly otherPaths?: readonly string[];
  readonly livePath: string | null;
  /** `copy`: internal relations are real tables in the catalog file. */
  readonly internal: 'files' | 'copy';
  readonly keep: { readonly days: number; readonly builds: number };
  /** How long what a build finished is kept that ended without a commit, in hours; 6 where absent. */
  readonly adoptWithin?: number;
  readonly now: () => Date;
  readonly randomId: () => string;
  readonly eiderVersion: string;
  /** Who commits, for the history. */
  readonly by: NonNullable<LedgerEntry['by']>;
  /** Take locations that another state owns, and a published path that holds something else. */
  readonly takeOver?: boolean;
  /** How buckets are reached; as the environment says where absent. */
  readonly remote?: RemoteOptions;
  /** Called after each step that a kill could follow. */
  readonly fault?: Fault;
}

/** How a lake reaches buckets: itself, and through DuckDB. */
export interface RemoteOptions extends RemoteBinding {
  readonly buckets: StoreAccess;
  /** Where copies of a state's data are kept on this machine; nowhere where absent. Asked for a state in a bucket alone. */
  readonly cache?: () => Promise<CacheOptions>;
}

/** Where a build will put what it makes. */
export interface PlacesRequest {
  /** Node → location; null for one that gets no alias. */
  readonly locations: ReadonlyMap<string, string | null>;
  /** Whether the build's commit takes the node's relation away. */
  readonly drops: (node: string) => boolean;
}

/** A project's lake for one target: ledger, generations, catalog. */
export interface Lake {
  readonly state: string;
  /** Lets a session read what lies in a bucket from the copies of this machine, where there are any. */
  serve(session: Pick<Session, 'connect' | 'inMemory' | 'target'>): Promise<void>;
  /** What a request of DuckDB's to this process cost at the bucket, by its URL; undefined where it asked another server. */
  fetched(url: string): Promise<Traffic | undefined>;
  /** The newest committed state; undefined before the first commit. */
  head(): Promise<Head | undefined>;
  /** The state of an older commit; undefined where there is none of that number. */
  at(number: number): Promise<Head | undefined>;
  /** Finishes steps 5 to 8 for the head: every command that changes anything calls it first. True where it had to. */
  recover(session: Session): Promise<boolean>;
  /**
   * Refuses before anything runs what the commit would refuse: `lake/published-path-taken`, `lake/live-path-taken`, `lake/same-location`, `lake/location-taken`,
   * `lake/location-holds`; and `lake/not-writable`. Throws LakeError with a finding for each, which names its node.
   */
  check(request: PlacesRequest): Promise<void>;
  /**
   * Begins a build, which tells others by `plan` what it will make and read. With `waiting` only when no other build meets it: throws LakeError `lake/busy`
   * after the time given.
   */
  begin(command: string, plan?: BuildPlan, waiting?: Waiting): Promise<Build>;
  /** Waits until no other build meets a plan, before anything is opened that the other one may need. Throws as `begin`. */
  untilFree(plan: BuildPlan, waiting: Waiting): Promise<void>;
  /** What works in this state now, this process's own builds included, but for the one that asks. */
  running(own?: string): Promise<readonly BuildReport[]>;
  /** The number of the entry that hooks after a publication were last run for; undefined before the first. */
  told(): Promise<number | undefined>;
  setTold(number: number): Promise<void>;
  /** The newest commits, newest first: at most `limit`. */
  history(limit: number): Promise<readonly HistoryLine[]>;
  /** Where the state lies and how it stands. */
  report(): Promise<StateReport>;
  /** Shows an older state again, as a new commit; `to` is a number or how a build's id begins, the state before the head's where absent. */
  rollback(request: {
    readonly to?: string;
    /** Only this node goes back. */
    readonly node?: string;
    readonly dryRun?: boolean;
  }): Promise<RollbackOutcome>;
  /**
   * Deletes what no retained entry, no live build and no location names: expired generations, what killed builds left, catalogs, journals. With `dryRun` it
   * only tells.
   */
  vacuum(request?: { readonly dryRun?: boolean }): Promise<Removed>;
  /**
   * Writes the catalog of the head again (`eider publish`), to the published path or another; `whole` with the rows of every relation in it; with `build`
   * that of an older commit, which is named by number or by how its build's id begins, to another path. Gives the path. Throws LakeError
   * `lake/published-path-taken`, `lake/file-taken`, `lake/empty`, `lake/no-such-build`, `lake/not-retained`.
   */
  publish(
    session: Session,
    to?: { readonly path?: string; readonly whole?: boolean; readonly build?: string },
  ): Promise<string>;
}
