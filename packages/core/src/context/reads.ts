/**
 * What a render may ask for from outside its own template and node. `owner` and the name of each kind:
 * - `macro`: a plain name of a macro, in templates of the package `owner`; `macro-in`: a macro of that package alone, as `findInPackage` finds it;
 *   `anywhere`: one of any package; `test-macros`: all that a generic test (`owner`, its macro's id) may call; `own-macro`: one that the package itself holds; `package`: whether there are macros of a package of that name;
 * - `var`: a variable as the package `owner` sees it; `env`: an environment variable; `metadata-env`: all of `dbt_metadata_envs`;
 * - `flag`: a flag of the command line; `flags`: all of them; `project`: the packages' own facts, as `ref.config` shows them;
 * - `all`: a list of questions (as JSON), which mostly stay as they are together;
 * - `config`: the levels of the config trees for a type and package (`owner`, a space between) and a fqn (as JSON); `patch`: the property file's
 *   entry for a type and package (`owner`) and a name and version (as JSON); `version`: what version of a model a file of the package holds.
 */
export type ReadKind =
  | 'all'
  | 'macro'
  | 'macro-in'
  | 'own-macro'
  | 'anywhere'
  | 'test-macros'
  | 'package'
  | 'var'
  | 'env'
  | 'metadata-env'
  | 'flag'
  | 'flags'
  | 'project'
  | 'config'
  | 'patch'
  | 'version';

/** A question by its kind, owner and name. */
export type Question = readonly [kind: ReadKind, owner: string, name: string];

/** Told what a render asks for, misses included, so that its result can be used again for as long as all answers stay the same. */
export interface Reads {
  note(kind: ReadKind, owner: string, name: string): void;
  /** Notes the same questions as often as need be, in the time of one. */
  noteAll(questions: readonly Question[]): void;
  /** The render asked for what is another each time (the time, the invocation's id), or for what cannot be told (the graph so far). */
  unrepeatable(): void;
}
