import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../package-folder.ts';

/** A project that `init` copies. */
export interface Template {
  readonly name: TemplateName;
  /** Half a sentence for the list to choose from. */
  readonly hint: string;
  /** What is in it: path and what that is. */
  readonly parts: readonly (readonly [path: string, what: string])[];
  /** A model to look at after the first build. */
  readonly firstLook: string;
}

export type TemplateName = 'minimal' | 'lakehouse' | 'delta';

/** What can be chosen, the default first. */
export const templates: Readonly<Record<TemplateName, Template>> = {
  minimal: {
    name: 'minimal',
    hint: 'two models over one CSV file',
    parts: [
      ['landing', "a week of a house's electricity meter, to begin with"],
      ['models', 'two models, what they mean, what must hold'],
      ['dbt_project.yml', 'name, defaults, a variable'],
      ['profiles.yml', 'targets dev and prod'],
      ['README.md', 'how to build it and how to ask it something'],
    ],
    firstLook: 'daily_cost',
  },
  lakehouse: {
    name: 'lakehouse',
    hint: 'four layers, dev and prod, a nightly run',
    parts: [
      ['landing', "a week of a coffee roaster's shop: CSV, JSON, Parquet"],
      ['models', 'landing → bronze → silver → gold, with tests'],
      ['macros', 'where files go and how schemas are called'],
      ['seeds', 'the table that is kept by hand: countries'],
      ['tests', 'what must hold across models'],
      ['schedule', 'the nightly run: systemd, cron, its environment'],
      ['dbt_project.yml', 'layers and schemas; LAKE_ROOT moves the lake'],
      ['profiles.yml', 'targets dev and prod; MinIO to uncomment'],
      ['README.md', 'how to build, how to ask, how to let it run at night'],
    ],
    firstLook: 'sales_by_day',
  },
  delta: {
    name: 'delta',
    hint: 'Delta tables that grow each day, landed once',
    parts: [
      ['landing', "a city's rental bicycles: a Delta table, files to land"],
      ['models', 'append, merge, full: landing → bronze → silver → gold'],
      ['dbt_project.yml', 'layers and how each of them is built'],
      ['profiles.yml', 'targets dev and prod; MinIO to uncomment'],
      ['README.md', 'how to land and to build, and who can read it'],
    ],
    firstLook: 'trips_by_day',
  },
};

/** The folder of a template: packed into this package, or at the top of the repository where this runs from a clone. */
export function templateFolder(name: TemplateName): string {
  // Sources are not packed. In a clone, a copy that an interrupted `npm pack` left would be stale.
  const isClone = existsSync(join(packageFolder, 'src'));
  return isClone ? join(packageFolder, '../../templates', name) : join(packageFolder, 'templates', name);
}
