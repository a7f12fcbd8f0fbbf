import type { IndirectSelection } from '@eider/core';
import type { Sample } from './sample.ts';
import type { WarnErrorOptions } from './warn-error-options.ts';

export type LogFormat = 'default' | 'text' | 'debug' | 'json';
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'none';
export type ListOutput = 'selector' | 'name' | 'json' | 'path';

/** Every flag after precedence: command line, then environment, then `flags:` of dbt_project.yml, then the default. Names and meaning are dbt's. */
export interface Flags {
  readonly projectDir: string | undefined;
  readonly profilesDir: string | undefined;
  readonly profile: string | undefined;
  readonly target: string | undefined;
  readonly targetPath: string | undefined;
  readonly logPath: string | undefined;
  /** YAML text of a mapping. */
  readonly vars: string;
  readonly threads: number | undefined;
  readonly select: readonly string[];
  readonly models: readonly string[];
  readonly exclude: readonly string[];
  readonly selector: string | undefined;
  readonly resourceTypes: readonly string[];
  readonly excludeResourceTypes: readonly string[];
  readonly indirectSelection: IndirectSelection;
  readonly fullRefresh: boolean;
  readonly eventTimeStart: Date | undefined;
  readonly eventTimeEnd: Date | undefined;
  readonly failFast: boolean;
  readonly storeFailures: boolean;
  /** eider's own: take locations and a published path that another state holds. */
  readonly takeOver: boolean;
  /** eider's own: unselected nodes are read as they were last built, though tests withheld that from readers. */
  readonly withCandidates: boolean;
  /** eider's own: the commit whose catalog `publish` writes, by number or by how its build's id begins. */
  readonly build: string | undefined;
  /** The folder with the artifacts of an earlier run, from the project on; `retry`: with the run_results.json that it goes by. */
  readonly state: string | undefined;
  readonly defer: boolean;
  readonly favorState: boolean;
  readonly deferState: string | undefined;
  /** eider's own: the target whose published state is deferred to. */
  readonly deferTarget: string | undefined;
  readonly empty: boolean;
  readonly sample: Sample | undefined;
  /** YAML text of a mapping: the arguments of `run-operation`'s macro. */
  readonly args: string;
  /** eider's own: take up what a build finished that ended without a commit. */
  readonly adopt: boolean;
  /** eider's own: seconds to wait for other builds of the same nodes; unset: run beside them. */
  readonly wait: number | undefined;
  /** eider's own: the file that `publish` writes instead of the published path. */
  readonly to: string | undefined;
  /** eider's own: with the rows of every relation in it. */
  readonly selfContained: boolean;
  readonly introspect: boolean;
  /** `compile`: the SQL of ephemeral models in front of what reads them. */
  readonly injectEphemeralCtes: boolean;
  /** `docs generate`: compile before the catalog is written. */
  readonly compile: boolean;
  readonly emptyCatalog: boolean;
  /** `docs generate`: refused, for there is no site. */
  readonly static: boolean;
  /** `seed`: print rows of each. */
  readonly show: boolean;
  readonly inline: string | undefined;
  /** `show`: SQL that is no template. */
  readonly inlineDirect: string | undefined;
  /** `history`: the most commits that are listed. */
  readonly last: number;
  readonly dryRun: boolean;
  /** `extensions install`: a folder of files. */
  readonly from: string | undefined;
  readonly printUri: boolean;
  /** `land`: what becomes of the rows that are there. */
  readonly mode: 'append' | 'overwrite' | 'merge';
  /** `land`: columns by which rows are the same. */
  readonly key: readonly string[];
  readonly batchId: string | undefined;
  readonly inputFormat: 'csv' | 'json' | 'parquet' | undefined;
  readonly widen: boolean;
  readonly sortBy: readonly string[];
  readonly zOrder: readonly string[];
  /** `optimize`: megabytes. */
  readonly fileSize: number;
  readonly retentionHours: number | undefined;
  readonly toCommit: string | undefined;
  readonly toVersion: number | undefined;
  readonly asOf: Date | undefined;
  /** -1: all rows. */
  readonly limit: number;
  readonly output: ListOutput | 'text';
  /** `source freshness`: the file for its results; unset: `sources.json` in the target folder. */
  readonly freshnessOutput: string | undefined;
  readonly outputKeys: readonly string[];
  readonly connection: boolean;
  readonly configDir: boolean;
  /** `watch`: build children of what changed. */
  readonly children: boolean;
  /** `watch`: build at the start what is not as it should be. */
  readonly initial: boolean;
  /** `watch`: look at the files every so many seconds; 0 never, unset where the system sends no events. */
  readonly poll: number | undefined;
  readonly cleanProjectFilesOnly: boolean;
  /** `deps`: resolve packages anew, whatever the lock file says. */
  readonly upgrade: boolean;
  /** `deps`: only write the lock file. */
  readonly lock: boolean;
  /** `deps`: `name@version`. */
  readonly addPackage: string | undefined;
  readonly source: 'hub' | 'git' | 'local';
  readonly versionCheck: boolean;
  readonly template: 'minimal' | 'lakehouse' | 'delta' | undefined;
  readonly skipProfileSetup: boolean;
  readonly writeJson: boolean;
  readonly partialParse: boolean;
  /** Every finding about a deprecated spelling, not the first of each kind. */
  readonly showAllDeprecations: boolean;
  /** As `threads` 1. */
  readonly singleThreaded: boolean;
  readonly warnError: boolean;
  readonly warnErrorOptions: WarnErrorOptions | undefined;
  readonly quiet: boolean;
  readonly debug: boolean;
  readonly print: boolean;
  /** Unset: `default`. */
  readonly logFormat: LogFormat | undefined;
  /** Unset: as `logFormat`, else `debug`. */
  readonly logFormatFile: LogFormat | undefined;
  /** Unset: `info`. */
  readonly logLevel: LogLevel | undefined;
  /** Unset: as `logLevel`, else `debug`. */
  readonly logLevelFile: LogLevel | undefined;
  readonly logFileMaxBytes: number;
  readonly printerWidth: number;
  /** Unset: colours on a terminal that did not ask for none. */
  readonly useColors: boolean | undefined;
  /** Unset: as `useColors`, else none. */
  readonly useColorsFile: boolean | undefined;
}
