import type { Host } from '../host.ts';
import { bold, dim } from '../ui/colors.ts';
import type { NewProject } from './new-project.ts';
import { typedCommand } from './template-values.ts';

/** What was made and what to do next, for people. */
export function madeLines(project: NewProject, host: Host): readonly string[] {
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
      [`${eider} build`, 'runs and tests everything, publishes catalog/dev.duckdb'],
    ]),
    `  duckdb -readonly catalog/dev.duckdb "from ${template.firstLook}"`,
    ...notes(project, host).flatMap((note) => ['', note]),
  ];
}

function notes({ profile, ownsProfile, files }: NewProject, host: Host): readonly string[] {
  const usesNpxCache = files.some(({ path }) => path.startsWith('schedule/')) && host.program.some(isInNpxCache);
  return [
    ...(ownsProfile ? [] : [`It takes its targets from the profile "${profile}" in your profiles.yml.`]),
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
