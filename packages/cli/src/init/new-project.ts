import type { ProjectFile } from './fill-template.ts';
import type { Template } from './templates.ts';

/** A project as `init` makes it. */
export interface NewProject {
  readonly name: string;
  readonly template: Template;
  /** Absolute. */
  readonly folder: string;
  readonly files: readonly ProjectFile[];
  /** The profile that dbt_project.yml names. */
  readonly profile: string;
  /** Whether the project holds a profiles.yml of its own. */
  readonly ownsProfile: boolean;
}
