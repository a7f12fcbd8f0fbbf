import type { Place } from '../diagnostics.ts';
import type { Located } from './located.ts';

/** One named output of a profile, rendered, its dbt-duckdb keys normalised (defaults filled in). */
export interface Target {
  readonly profileName: string;
  readonly targetName: string;
  readonly type: 'duckdb';
  /** `:memory:`, a file path as written (relative ones resolve against the process's working folder, as in dbt-duckdb), `md:…`. */
  readonly path: string;
  readonly database: string;
  readonly schema: string;
  readonly threads: number;
  readonly externalRoot: string;
  readonly extensions: readonly { readonly name: string; readonly repo?: string }[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly configOptions: Readonly<Record<string, unknown>>;
  readonly secrets: readonly Readonly<Record<string, unknown>>[];
  readonly attach: readonly {
    readonly path: string;
    readonly alias?: string;
    readonly type?: string;
    readonly secret?: string;
    readonly readOnly: boolean;
    readonly options: Readonly<Record<string, unknown>>;
    /** Only where the profile says so; a path `ducklake:…` says it by itself. */
    readonly isDucklake?: boolean;
  }[];
  readonly plugins: readonly {
    readonly module: string;
    readonly alias?: string;
    readonly config?: Readonly<Record<string, unknown>>;
  }[];
  readonly retries?: {
    readonly connectAttempts: number;
    readonly queryAttempts: number;
    readonly retryableExceptions: readonly string[];
  };
  /** Only where the profile says so; a path `ducklake:…` says it by itself. */
  readonly isDucklake?: boolean;
  /** Folders that Python models and plugins import from. */
  readonly modulePaths?: readonly string[];
  /** eider's own key `ca_cert_file`, or DuckDB's setting of that name: the certificates of a private authority, for every request to any server. */
  readonly caCertFile?: string;
  /** eider's own key `object_cache`: where copies of a bucket's objects are kept on this machine, as written, and how many bytes of them; false: nowhere. */
  readonly objectCache?: false | { readonly path?: string; readonly maxSize?: number };
  /** eider's own key `python`: the interpreter that runs Python models and plugins. */
  readonly python?: string;
  /** eider's own key `state`: moves the state folder. */
  readonly state?: string;
  /** eider's own key `publish`: where and how the catalog appears. */
  readonly publish: PublishConfig;
  /** The target as it stands in profiles.yml: for places of findings. Never shown: it may hold secrets. */
  readonly written?: Located;
  /** The rendered mapping as written, without secrets: what templates see as `target`. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** The `publish:` block of a target, defaults filled in. */
export interface PublishConfig {
  /** The published path; default `catalog/<target>.duckdb` beside dbt_project.yml. */
  readonly path?: string;
  /** Where it is published too. */
  readonly otherPaths?: readonly string[];
  readonly live?: string;
  readonly policy: 'good' | 'all';
  readonly requireTests: boolean;
  /** Whether what `--empty` and `--sample` make is published like anything else; unset: it stays a candidate. */
  readonly samples?: boolean;
  /** Tags whose nodes become visible all together or not at all. */
  readonly require: readonly string[];
  /** What comes of a published column that is gone or narrower. */
  readonly schemaChange: 'warn' | 'stop' | 'ignore';
  /** `files`: internal relations appear as exported generations; `copy`: as real tables in the catalog file. Unset: decided by the project. */
  readonly internal?: 'files' | 'copy';
  readonly keep: { readonly days: number; readonly builds: number };
  /** Hours that what a build finished is kept which ended without a commit, for a later one to take up; 6 where absent. */
  readonly adoptWithin?: number;
  /** What is done after each publication, in this order. */
  readonly onPublish?: readonly PublishHook[];
}

/** A program (a text is a line for the shell) or SQL on the published catalog; it is ended after so many seconds. */
export type PublishHook = { readonly timeout: number } & (
  | { readonly command: string | readonly string[] }
  | { readonly sql: string }
);

/** One project folder: the root's or a package's. Config trees stay located so that a finding about them has a place. */
export interface PackageProject {
  readonly name: string;
  readonly version: string | null;
  /** Absolute. */
  readonly root: string;
  readonly isRoot: boolean;
  readonly modelPaths: readonly string[];
  readonly seedPaths: readonly string[];
  readonly testPaths: readonly string[];
  readonly macroPaths: readonly string[];
  readonly analysisPaths: readonly string[];
  readonly snapshotPaths: readonly string[];
  readonly docsPaths: readonly string[];
  readonly targetPath: string;
  readonly logPath: string;
  readonly packagesInstallPath: string;
  readonly cleanTargets: readonly string[];
  readonly profileName: string | null;
  readonly vars: Readonly<Record<string, unknown>>;
  readonly quoting: { readonly database?: boolean; readonly schema?: boolean; readonly identifier?: boolean };
  readonly dispatch: readonly { readonly macro_namespace: string; readonly search_order: readonly string[] }[];
  readonly onRunStart: readonly string[];
  readonly onRunEnd: readonly string[];
  /** Where the texts of the hooks begin, in their order. */
  readonly hookPlaces?: Readonly<Record<'on-run-start' | 'on-run-end', readonly Place[]>>;
  readonly flags: Readonly<Record<string, unknown>>;
  /** Where each of them is written. */
  readonly flagPlaces?: Readonly<Record<string, Place>>;
  readonly functionPaths?: readonly string[];
  readonly assetPaths?: readonly string[];
  /** SHA-256 of dbt_project.yml without white space at its ends, hex. */
  readonly checksum?: string;
  /** As written: null, a text, or a mapping with `comment`, `append`, `job-label`. */
  readonly queryComment?: unknown;
  readonly restrictAccess?: boolean;
  /** `require-dbt-version`, one condition each: `>=1.6.0`. */
  readonly requireDbtVersion?: readonly string[];
  /** The trees under `models:`, `seeds:`, `snapshots:`, `data_tests:`, `sources:`, … as written, with Jinja not rendered yet. */
  readonly configs: Readonly<
    Record<
      | 'models'
      | 'seeds'
      | 'snapshots'
      | 'tests'
      | 'sources'
      | 'exposures'
      | 'unit_tests'
      | 'metrics'
      | 'semantic_models'
      | 'saved_queries'
      | 'functions',
      Located | undefined
    >
  >;
}

/** `fixture`: rows of a unit test, under `tests/fixtures`. */
export type FileKind =
  | 'model'
  | 'seed'
  | 'test'
  | 'generic-test'
  | 'macro'
  | 'analysis'
  | 'snapshot'
  | 'docs'
  | 'properties'
  | 'python-model'
  | 'function'
  | 'fixture';

/** One file of a package, read. */
export interface SourceFile {
  readonly kind: FileKind;
  readonly packageName: string;
  /** Absolute. */
  readonly fullPath: string;
  /** Relative to the package's root, with `/`: dbt's `original_file_path`. */
  readonly path: string;
  /** Relative to the resource folder (`models`, …): dbt's `path`. */
  readonly relativePath: string;
  /** The folder it was found under, e.g. `models`. */
  readonly searchPath: string;
  /** Text with line ends as in the file. For seeds empty: only their checksum is taken. */
  readonly text: string;
  /** SHA-256 of the text without white space at its ends, hex: dbt's rule. For a seed over 1 MiB its path, as in dbt (see `checksumName`). */
  readonly checksum: string;
  /** `path` for a seed over 1 MiB; else not there, and it is `sha256`. */
  readonly checksumName?: 'path';
  readonly size: number;
  readonly mtimeMs: number;
}

/** A property file (schema.yml): its entries by kind, positions kept, Jinja not rendered yet. */
export interface PropertyFile {
  readonly file: SourceFile;
  readonly models: readonly Located[];
  readonly seeds: readonly Located[];
  readonly snapshots: readonly Located[];
  readonly sources: readonly Located[];
  readonly macros: readonly Located[];
  readonly analyses: readonly Located[];
  readonly exposures: readonly Located[];
  readonly metrics: readonly Located[];
  readonly semanticModels: readonly Located[];
  readonly savedQueries: readonly Located[];
  readonly functions: readonly Located[];
  readonly dataTests: readonly Located[];
  readonly groups: readonly Located[];
  readonly unitTests: readonly Located[];
}

/** Everything read from disk, nothing interpreted that needs the graph. `packages[0]` is the root; the last one is dbt's own macro library. */
export interface Project {
  /** Absolute. */
  readonly root: string;
  readonly name: string;
  readonly target: Target;
  readonly packages: readonly PackageProject[];
  readonly files: readonly SourceFile[];
  readonly properties: readonly PropertyFile[];
  /** `--vars`. */
  readonly cliVars: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where profiles.yml was found, absolute. */
  readonly profilesFile: string;
  readonly dbtProjectPlace: Place;
}
