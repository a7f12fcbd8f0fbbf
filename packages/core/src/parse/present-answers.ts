import { readlinkSync } from 'node:fs';
import type { WholeBasis } from '../cache/parse-cache.ts';
import { hashOf, printOf } from '../cache/print-of.ts';
import { metadataEnv } from '../context/environment-values.ts';
import { allFlags } from '../context/flags.ts';
import type { Macro, MacroLibrary } from '../context/macro-library.ts';
import { findAnywhere, findInPackage, findMacro } from '../context/macro-library.ts';
import type { Question } from '../context/reads.ts';
import { testMacros } from '../context/test-macros.ts';
import { packageVars, type Vars } from '../context/vars.ts';
import type { ResourceType } from '../manifest/nodes.ts';
import { adapterBehaviorFlags, behaviorFlags } from '../project/behavior-flags.ts';
import type { Located } from '../project/located.ts';
import type { PackageProject, Project } from '../project/project.ts';
import type { ConfigSource, Levels } from './config/config-source.ts';
import { type Answer, questionOf } from './parse-memory.ts';
import { type PatchIndex, patchPrint } from './patches.ts';

/** What questions are answered from. */
export interface Present {
  readonly project: Project;
  readonly macros: MacroLibrary;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly configs: ConfigSource;
  readonly patches: PatchIndex;
}

const absent = '';

/** Prints of the answers that the project gives now. Values are hashed: a cache on disk shows none of them. */
export function presentAnswers(present: () => Present): Answer {
  let now: Present | undefined;
  const vars = new Map<string, Vars>();
  const varsOf = (project: Project, owner: string): Vars => {
    const known = vars.get(owner) ?? packageVars(project, owner);
    vars.set(owner, known);
    return known;
  };
  const answer: Answer = (kind, owner, name) => {
    now ??= present();
    const { project, macros, flags, configs, patches } = now;
    switch (kind) {
      case 'all':
        return hashOf(printOf((JSON.parse(name) as Question[]).map((question) => answer(...question))));
      case 'macro':
        return macroPrint(findMacro(macros, owner, name));
      case 'macro-in':
        return macroPrint(findInPackage(macros, owner, name));
      case 'own-macro':
        return macroPrint(macros.byPackage.get(owner)?.get(name));
      case 'anywhere':
        return macroPrint(findAnywhere(macros, name));
      case 'test-macros':
        return hashOf(printOf([...testMacros(macros, owner)].map(([called, macro]) => [called, macroPrint(macro)])));
      case 'package':
        return String(macros.byPackage.has(name));
      case 'var':
        return entryPrint(varsOf(project, owner), name);
      case 'env':
      case 'metadata-env':
      case 'flag':
      case 'flags':
      case 'project':
        return commandAnswer(kind, name, project, flags);
      case 'config':
        return levelsPrint(levelsFor(configs, owner, name));
      case 'patch':
        return patchPrint(patches.named(...(JSON.parse(name) as Parameters<PatchIndex['named']>)));
      case 'version':
        return printOf(patches.versionOf(owner, name));
    }
  };
  return answer;
}

/** A print of the present answer to what the environment and the command line alone can answer otherwise from one call to the next. */
function commandAnswer(
  kind: 'env' | 'metadata-env' | 'flag' | 'flags' | 'project',
  name: string,
  project: Project,
  flags: Present['flags'],
): string {
  switch (kind) {
    case 'env':
      return /^DBT_ENV_SECRET/.test(name) ? absent : entryPrint(project.env, name);
    case 'metadata-env':
      return hashOf(printOf(metadataEnv(project.env)));
    case 'flag':
      return entryPrint(allFlags(flags), name);
    case 'flags':
      return hashOf(printOf(flags));
    case 'project':
      return hashOf(
        printOf([{ ...flags, invocation_command: '' }, project.cliVars, ...project.packages.map(plainPackage)]),
      );
  }
}

/** What a parse of a project rests on beside its files: to be told from another by a print, and by the answers to what it asked. */
export function wholeBasis(project: Project, flags: Present['flags'], startedAt: Date): WholeBasis {
  const { cliVars, dbtProjectPlace, packages } = project;
  const written = packages.map((one) => {
    const { configs, flagPlaces, hookPlaces } = one;
    const trees = Object.entries(configs).map(([kind, tree]) => [kind, tree && locatedPrint(tree)]);
    return [plainPackage(one), trees, flagPlaces, hookPlaces];
  });
  return {
    key: hashOf(printOf([worldPrint(project), cliVars, dbtProjectPlace, written])),
    startedAt,
    answer: (text) => {
      const [kind, , name] = questionOf(text);
      return commandAnswer(kind as Parameters<typeof commandAnswer>[0], name, project, flags);
    },
  };
}

/** A value with the places of all its parts: findings tell them. */
function locatedPrint(value: Located): unknown {
  const inside = Array.from(value.entries(), ([key, inner]) => [key, value.at(key), locatedPrint(inner)]);
  return [value.place, value.textPlace, inside.length > 0 ? inside : value.value];
}

/** A print of what every node rests on: another target, other packages or another zone of time change all of them. */
export function worldPrint(project: Project): string {
  const { target } = project;
  const { database, schema, threads, externalRoot, profileName, targetName, raw } = target;
  const attached = target.attach.map(({ path, alias, type }) => [path, alias, type]);
  const asked = { vars: null, flags: null, checksum: null, onRunStart: null, onRunEnd: null };
  const packages = project.packages.map((one) => ({ ...plainPackage(one), ...asked }));
  const values = {
    database,
    schema,
    threads,
    externalRoot,
    profileName,
    targetName,
    raw,
    attached,
    packages,
    behavior: [...Object.keys(behaviorFlags), ...adapterBehaviorFlags].map(
      (name) => project.packages[0]?.flags[name] ?? null,
    ),
    zone: zonePrint(),
  };
  return hashOf(printOf({ ...values, root: project.root, name: project.name }));
}

/** Where the machine's zone of time comes from, and how it is off at some moments. The zone's name would cost more than all the rest. */
function zonePrint(): unknown {
  const offsets = Array.from({ length: 60 }, (_, half) =>
    new Date(2000 + half / 2, (half % 2) * 6).getTimezoneOffset(),
  );
  return [process.env.TZ, localZoneFile(), offsets];
}

function localZoneFile(): string | null {
  try {
    return readlinkSync('/etc/localtime');
  } catch {
    return null;
  }
}

/** A package without what has a place: its config trees, which are asked for level by level. */
function plainPackage({ configs: _, hookPlaces: __, flagPlaces: ___, ...rest }: PackageProject): object {
  return rest;
}

function entryPrint(record: Readonly<Record<string, unknown>>, name: string): string {
  return Object.hasOwn(record, name) && record[name] !== undefined ? hashOf(printOf(record[name])) : absent;
}

function levelsPrint(levels: Levels): string {
  const known = prints.get(levels) ?? hashOf(printOf(levels));
  prints.set(levels, known);
  return known;
}

function levelsFor(configs: ConfigSource, owner: string, name: string): Levels {
  const [type = '', packageName = ''] = owner.split(' ');
  return configs.levels({ type: type as ResourceType, packageName, fqn: JSON.parse(name) as string[] });
}

const prints = new WeakMap<object, string>();

/** Where a macro stands counts too: errors on the way through it say so. */
function macroPrint(macro: Macro | undefined | null): string {
  if (macro === undefined || macro === null) return String(macro);
  const { definition, node } = macro;
  const known = prints.get(definition);
  if (known !== undefined) return known;
  const { line, column, text } = definition;
  const print = hashOf(printOf([node.unique_id, node.original_file_path, line, column, text]));
  prints.set(definition, print);
  return print;
}
