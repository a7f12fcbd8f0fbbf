import type { FlagName } from './flags/flag-table.ts';
import type { Host } from './host.ts';
import type { RunStory } from './project/run-story.ts';
import type { FindingsDocument } from './ui/findings-document.ts';

/** What a command gets: what was written, and the process around it. */
export interface Invoked {
  readonly command: string;
  /** By name in `Flags`; only what was written. */
  readonly commandLine: Readonly<Partial<Record<FlagName, unknown>>>;
  /** The word after the command that is no flag: a name, for commands that take one. */
  readonly name?: string;
  /** All such words. */
  readonly words?: readonly string[];
  readonly argv: readonly string[];
  readonly host: Host;
  /** Listens, to tell it all in ten lines: for commands that a scheduler runs. */
  readonly story?: RunStory;
  /** Collects what is found, for `--output json`. */
  readonly document?: FindingsDocument;
  /** Has a listener called when the command has come to its end, however it came. */
  readonly onEnd?: (listener: (exitCode: number) => void) => void;
}

/** Runs a command and gives its exit code: 0, 1 (a node or test failed) or 2. */
export type CommandAction = (invoked: Invoked) => Promise<number>;
