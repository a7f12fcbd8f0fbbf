import type { ParseCache } from '../cache/parse-cache.ts';
import { type Diagnostic, error, hasErrors } from '../diagnostics.ts';
import type { Located } from './located.ts';
import { readYamlMapping } from './read-yaml.ts';
import type { ValueContext } from './render-values.ts';
import type { Environment } from './value-functions.ts';

/** Where the project is, and what the command line and the environment say. */
export interface ReadProjectOptions {
  readonly projectDir: string;
  readonly profilesDir?: string;
  /** `--profile`, `--target`, `--threads`: over the files, and over DBT_PROFILE and DBT_TARGET. */
  readonly profile?: string;
  readonly target?: string;
  readonly threads?: number;
  /** `--vars`. */
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly env: Environment;
  /** Over DBT_TARGET_PATH, DBT_LOG_PATH and the project's keys. */
  readonly targetPath?: string;
  readonly logPath?: string;
  /** The process's working folder, where profiles.yml is looked for first. Default: the project's folder. */
  readonly cwd?: string;
  /** eider's own macro library: a folder of packages. Default: the one that core brings. */
  readonly macrosDir?: string;
  /** What earlier calls for this project left: the result is the same with it, and comes sooner. */
  readonly cache?: ParseCache;
}

/** What the steps of reading one project share. */
export interface Reading {
  /** Absolute. */
  readonly root: string;
  readonly options: ReadProjectOptions;
  /** Everything reported so far. */
  readonly diagnostics: readonly Diagnostic[];
  readonly report: (finding: Diagnostic) => void;
  readonly context: ValueContext;
}

/** Reads a YAML file that must hold a mapping. An empty one is an error too, of the code given. */
export function readFilled(
  text: string,
  shownAs: string,
  empty: { readonly code: 'project/invalid-value' | 'profile/not-found'; readonly hint: string },
  report: (finding: Diagnostic) => void,
): Located | null {
  const { root, diagnostics } = readYamlMapping(text, shownAs);
  for (const finding of diagnostics) report(finding);
  if (root === null && !hasErrors(diagnostics)) {
    report(
      error(empty.code, `${shownAs} is empty.`, { place: { file: shownAs, line: 1, column: 1 }, hint: empty.hint }),
    );
  }
  return root;
}
