import type { IndirectSelection } from '@eider/core';

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
  readonly failFast: boolean;
  readonly storeFailures: boolean;
  /** eider's own: take locations and a published path that another state holds. */
  readonly takeOver: boolean;
  readonly introspect: boolean;
  readonly inline: string | undefined;
  readonly output: ListOutput | 'text';
  readonly outputKeys: readonly string[];
  readonly cleanProjectFilesOnly: boolean;
  readonly template: 'minimal' | 'lakehouse' | undefined;
  readonly skipProfileSetup: boolean;
  readonly writeJson: boolean;
  readonly warnError: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
  readonly print: boolean;
  readonly logFormat: LogFormat;
  readonly logFormatFile: LogFormat;
  readonly logLevel: LogLevel;
  readonly logLevelFile: LogLevel;
  readonly logFileMaxBytes: number;
  readonly printerWidth: number;
  /** Unset: colours on a terminal that did not ask for none. */
  readonly useColors: boolean | undefined;
}
