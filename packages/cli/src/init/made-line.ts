import type { Host } from '../host.ts';
import { bold, dim, withoutColors } from '../ui/colors.ts';
import type { LogLine } from '../ui/log-line.ts';
import type { NewProject } from './new-project.ts';
import { typedCommand } from './template-values.ts';

/** What was made and what to do next: for people a page, for JSON logs dbt's event of a project made. */
export function madeLine(project: NewProject, host: Host): LogLine {
  const { name, template, folder, files, profile } = project;
  const text = page(project, host).join('\n');
  const paths = files.map(({ path }) => path);
  const data = { msg: withoutColors(text), project_name: name, template: template.name, folder, files: paths, profile };
  return { level: 'info', name: 'ProjectCreated', code: 'A026', text, data, plain: true };
}

function page(project: NewProject, host: Host): readonly string[] {
  const { name, template, folder, files } = project;
  const parts = template.parts.filter(([part]) =>
    files.some(({ path }) => path === part || path.startsWith(`${part}/`)),
  );
  const eider = typedCommand(host);
  return [
    `Made ${bold(name)} from the template ${template.name}: ${files.length} files in ${folder}`,
    '',
    ...table(parts),
    '',
    'Next:',
    ...table([
      [`cd ${name}`, ''],
      [`${eider} build`, 'runs, tests and publishes everything'],
      [`${eider} show -s ${template.firstLook}`, 'prints the first rows of a table'],
      [`${eider} watch`, 'builds what each save changes, while you write'],
    ]),
    ...notes(project, host).flatMap((note) => ['', note]),
  ];
}

function notes({ profile, ownsProfile, files }: NewProject, host: Host): readonly string[] {
  const profilesDir = host.env.DBT_ENGINE_PROFILES_DIR ?? host.env.DBT_PROFILES_DIR;
  const usesNpxCache = files.some(({ path }) => path.startsWith('schedule/')) && host.program.some(isInNpxCache);
  return [
    ...(ownsProfile ? [] : [`It takes its targets from the profile "${profile}" in your profiles.yml.`]),
    ...(ownsProfile && profilesDir !== undefined
      ? [
          `DBT_PROFILES_DIR is set, so profiles.yml is looked for in ${profilesDir} only: unset it, or put the profile there.`,
        ]
      : []),
    ...(usesNpxCache
      ? ["eider runs from npx's cache, which does not last: install it, and put its path into the files of schedule/."]
      : []),
  ];
}

function isInNpxCache(path: string): boolean {
  return /[\\/]_npx[\\/]/.test(path);
}

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => (second === '' ? `  ${first}` : `  ${first.padEnd(width)}  ${dim(second)}`));
}
