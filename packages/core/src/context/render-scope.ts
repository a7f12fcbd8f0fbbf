import type { DeprecationName } from '../deprecated.ts';
import type { JinjaEnvironment } from '../jinja/environment.ts';
import type { Manifest } from '../manifest/nodes.ts';
import type { Project } from '../project/project.ts';
import type { Batch } from './batch.ts';
import type { DeferredRefs } from './deferral.ts';
import type { Lookup } from './lookup.ts';
import type { MacroLibrary } from './macro-library.ts';
import type { Reads } from './reads.ts';
import type { RelationPolicy } from './relation.ts';

/** What every render of one project shares. */
export interface RenderScope {
  readonly project: Project;
  readonly environment: JinjaEnvironment;
  readonly macros: MacroLibrary;
  /** While parsing: the records made so far. */
  readonly manifest: Manifest;
  readonly lookup: () => Lookup;
  readonly quoting: Partial<RelationPolicy>;
  readonly invocationId: string;
  readonly startedAt: Date;
  /** The flags of the command line. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** The unique ids that the command selected, once it has. */
  readonly selected?: () => readonly string[];
  /** Where refs lead under `--defer`. */
  readonly deferred?: () => DeferredRefs | undefined;
  /** The time of `--sample`: what has an `event_time` gives models and snapshots only its rows. */
  readonly sample?: Pick<Batch, 'start' | 'end'> | undefined;
  /** `log()`; `info` lines are for people. */
  readonly onLog: (message: string, info: boolean, node: string | null) => void;
  /** `print()`: a line for the next program, without time or level. */
  readonly onPrint: (message: string) => void;
  readonly onWarning: (message: string, node: string | null) => void;
  /** While parsing: told of what dbt calls deprecated in a template. */
  readonly onDeprecated?: (name: DeprecationName, message: string, node: string | null) => void;
  /** While parsing with a cache: told what each render asks for. */
  readonly reads?: Reads;
}

/** The root project's package. */
export function rootPackageOf(project: Project): Project['packages'][number] {
  const [root] = project.packages;
  if (root === undefined) throw new Error('a project has at least its own package');
  return root;
}
