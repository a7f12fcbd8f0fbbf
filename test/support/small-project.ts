import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runEider } from './eider.ts';
import type { ProgramOptions, ProgramResult } from './run-program.ts';
import { temporaryFolder } from './temporary-project.ts';

/** A project made of texts. */
export interface SmallProject {
  readonly folder: string;
  /** Writes a file, its folder made. */
  write(path: string, text: string): void;
  /** Runs eider in it. */
  eider(parameters: readonly string[], more?: ProgramOptions): Promise<ProgramResult>;
}

export interface SmallProjectOptions {
  /** By name, without `.sql`. */
  readonly models: Readonly<Record<string, string>>;
  /** More files by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Lines of dbt_project.yml behind name, profile and materialization. */
  readonly project?: string;
  /** More keys of the target, as a YAML flow mapping without its braces. */
  readonly target?: string;
  readonly materialized?: string;
}

/** Makes a project `night` with target `dev`, external models and `night.duckdb`. */
export function smallProject(name: string, options: SmallProjectOptions): SmallProject {
  const folder = temporaryFolder(name);
  const write: SmallProject['write'] = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const { files = {}, materialized = 'external', models, project = '', target } = options;
  write('dbt_project.yml', `name: night\nprofile: night\nmodels: {+materialized: ${materialized}}\n${project}\n`);
  const keys = ['type: duckdb', 'path: night.duckdb', 'external_root: lake', ...(target === undefined ? [] : [target])];
  write('profiles.yml', `night: {target: dev, outputs: {dev: {${keys.join(', ')}}}}\n`);
  for (const [model, sql] of Object.entries(models)) write(`models/${model}.sql`, `${sql}\n`);
  for (const [path, text] of Object.entries(files)) write(path, text);
  return {
    folder,
    write,
    eider: (parameters, more) => runEider([...parameters, '--profiles-dir', folder], { cwd: folder, ...more }),
  };
}
