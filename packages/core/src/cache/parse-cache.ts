import type { Diagnostic, Place } from '../diagnostics.ts';
import { JinjaEnvironment, type MacroDefinition } from '../jinja/environment.ts';
import type { Manifest } from '../manifest/nodes.ts';
import type { PackageProject, PropertyFile, SourceFile } from '../project/project.ts';
import { Leftovers } from './leftovers.ts';

/** One question that a render asked of the project, and a print of the answer. */
export interface Fact {
  readonly question: string;
  readonly answer: string;
}

/** A line that a template wrote while it was parsed: `log()` or `print()`. */
export interface Said {
  readonly message: string;
  /** Null for `print()`. */
  readonly info: boolean | null;
  readonly node: string | null;
}

/** What parsing one template gave, and everything that it rests on. */
export interface Unit {
  /** A print of the template itself and of where it stands. */
  readonly own: string;
  readonly facts: readonly Fact[];
  readonly findings: readonly Diagnostic[];
  readonly said: readonly Said[];
  /** The node as it is before linking, as `plainJson` writes it: so nobody changes it, and who needs it makes a copy of its own. */
  readonly record: string;
}

/** A file as it was read, and how it looked on disk then. */
export interface KnownFile {
  /** Size, inode, times of content and inode in nanoseconds: while these are the same, so is the content. Null where that cannot be trusted yet. */
  readonly look: string | null;
  readonly source: SourceFile;
}

/** A property file as it was read, for one text and one name in findings. */
export interface KnownProperties {
  readonly text: string;
  readonly shownAs: string;
  readonly properties: PropertyFile | null;
  readonly findings: readonly Diagnostic[];
}

/** The macros of a file, for one text and one name in findings. */
export interface KnownMacros {
  readonly text: string;
  readonly shownAs: string;
  readonly definitions: readonly MacroDefinition[];
}

/** A file of macros, and whose it is. */
export interface MacroFile extends KnownMacros {
  readonly packageName: string;
}

/**
 * What reading and parsing one project left for the next time. Its content is `readProject`'s and `parseProject`'s own; with it they give what they would
 * give without it, and do again only what changed files, variables and flags make necessary.
 */
export interface ParseCache {
  readonly environment: JinjaEnvironment;
  readonly files: Leftovers<KnownFile>;
  readonly properties: Leftovers<KnownProperties>;
  readonly macros: Leftovers<KnownMacros>;
  readonly units: Leftovers<Unit>;
  /** A print of what every node rests on: the target, the packages. Units of another world are of no use. */
  world: string;
  /** Fills the cache from where it was saved, once the root package is known: its target folder, its flags. */
  readonly restore?: (root: PackageProject) => void;
  /** Saves the cache where it was looked for, if anything in it has changed. */
  readonly save?: () => Promise<void>;
  /** Parses that are kept whole, for the time in which nothing changes. */
  readonly wholes?: Wholes;
}

/** All that a parse rests on beside the files of the project. */
export interface WholeBasis {
  /** A print of the packages, the target, the variables. */
  readonly key: string;
  readonly startedAt: Date;
  /** Gives a print of the present answer to a question about the environment or the command line. */
  readonly answer: (question: string) => string;
}

/** A parse as it can be kept: what it gave, and what it asked. */
export interface NewWhole {
  readonly basis: WholeBasis;
  readonly manifest: Manifest;
  readonly diagnostics: readonly Diagnostic[];
  readonly said: readonly Said[];
  /** Where each node's template begins. */
  readonly origins: ReadonlyMap<string, Place>;
  /** Files of macros in the order of the project. */
  readonly macroFiles: () => readonly MacroFile[];
  /** Questions about the environment and the command line, of all that was rendered. */
  readonly questions: () => Iterable<string>;
}

/** A parse that was kept, as it would be now: moments are those of `startedAt`. */
export interface KeptWhole {
  readonly diagnostics: readonly Diagnostic[];
  readonly said: readonly Said[];
  /** Null where that part of the file is broken: then all is to be parsed. */
  readonly manifest: () => Manifest | null;
  readonly origins: () => ReadonlyMap<string, Place>;
  /** Null as `manifest`. */
  readonly macroFiles: () => readonly MacroFile[] | null;
  /** A text that was kept with it, in UTF-8; null where there is none. */
  readonly text: (name: string) => Buffer | null;
}

/** Keeps the last parse, linked, with what is written of it. */
export interface Wholes {
  /** Told how all files look (null: that tells nothing yet), if a parse is kept. Gives what reading just these found, where it is a parse of them. */
  readonly filesFound: (looks: () => string | null) => readonly Diagnostic[] | null;
  /** Told what reading the files found, and how they looked then. */
  readonly filesRead: (found: readonly Diagnostic[], looks: () => string | null) => void;
  /** The kept parse, where the files are the same and what it rests on. */
  readonly find: (basis: WholeBasis) => KeptWhole | null;
  /** Keeps a parse, with texts for `KeptWhole.text`. Nothing is kept while files change from one command to the next. */
  readonly keep: (parse: NewWhole, texts: Readonly<Record<string, string>>) => Promise<void>;
}

/** An empty cache, to be given to `readProject` and `parseProject` again and again: one for each project that is kept in mind. */
export function createParseCache(): ParseCache {
  return {
    environment: new JinjaEnvironment(),
    files: new Leftovers(),
    properties: new Leftovers(),
    macros: new Leftovers(),
    units: new Leftovers(),
    world: '',
  };
}
