import { expect, test } from 'vitest';
import type { Host } from '../host.ts';
import { madeLine } from './made-line.ts';
import type { NewProject } from './new-project.ts';
import { templates } from './templates.ts';

const project: NewProject = {
  name: 'shop',
  template: templates.lakehouse,
  folder: '/home/anna/shop',
  files: ['models/a.sql', 'profiles.yml', 'schedule/crontab'].map((path) => ({ path, content: Buffer.from('') })),
  profile: 'shop',
  ownsProfile: true,
};

function told(changes: Partial<NewProject> = {}, host: Partial<Host> = {}): string {
  const anna = { env: {}, program: ['/usr/bin/node', '/usr/local/bin/eider'], ...host } as unknown as Host;
  return madeLine({ ...project, ...changes }, anna).text;
}

test('names the parts that are there and no others', () => {
  const text = told();
  expect(text).toContain('3 files in /home/anna/shop');
  expect(text).toMatch(/^ {2}models {8}/m);
  expect(text).not.toContain('seeds');
  expect(text).toContain('eider show -s sales_by_day');
});

test('says where the targets come from, if not from the project', () => {
  expect(told({ ownsProfile: false, profile: 'homelab' })).toContain('the profile "homelab" in your profiles.yml');
});

test('warns of a variable that hides the profile of the project', () => {
  expect(told({}, { env: { DBT_PROFILES_DIR: '/etc/dbt' } })).toContain('looked for in /etc/dbt only');
  expect(told({ ownsProfile: false }, { env: { DBT_PROFILES_DIR: '/etc/dbt' } })).not.toContain('/etc/dbt');
});

test('warns of a nightly run that would start eider from the cache of npx', () => {
  const program = ['/usr/bin/node', '/home/anna/.npm/_npx/0a1b/node_modules/.bin/eider'];
  expect(told({}, { program })).toContain('does not last');
  expect(told({ files: project.files.slice(0, 2) }, { program })).not.toContain('does not last');
});
