import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { JinjaEnvironment, returnValue } from '../../packages/core/src/jinja/index.ts';
import { hostFunction } from '../../packages/core/src/jinja/values/index.ts';

// Renders the jobs of a file: compiling is part of it. Prints milliseconds and a checksum of the texts.

interface Job {
  readonly name: string;
  readonly template: string;
  readonly macros: string;
}

const jobs = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as readonly Job[];
const environment = new JinjaEnvironment();
const hash = createHash('sha256');
const optional = { name: 'default', default: null };

function contextOf(macros: string, name: string): { get(name: string): unknown } {
  const names = new Map<string, unknown>([
    ['return', hostFunction('return', ['data'], (value) => returnValue(value))],
    ['config', hostFunction('config', ['**kwargs'], () => '')],
    ['ref', hostFunction('ref', ['name'], (to: string) => `"db"."main"."${to}"`)],
    ['var', hostFunction('var', ['name', optional], (_name, value) => value)],
  ]);
  const context = { get: (key: string) => names.get(key) };
  for (const macro of environment.macroFile(macros, `${name}-macros.sql`).macros) {
    names.set(macro.name, macro.bind(context, macro.name));
  }
  return context;
}

const start = performance.now();
for (const { name, template, macros } of jobs) {
  hash.update(environment.template(template, `${name}.sql`).render(contextOf(macros, name)));
}
process.stdout.write(`${performance.now() - start} ${hash.digest('hex')}\n`);
