import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { JinjaEnvironment, returnFunction } from '../../packages/core/dist/jinja/index.js';
import { hostFunction } from '../../packages/core/dist/jinja/values/index.js';

// Renders the jobs of a file: compiling is part of it. Prints milliseconds and a checksum of the texts. Plain JavaScript on
// the built package, as a user runs it.

const jobs = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const environment = new JinjaEnvironment();
const hash = createHash('sha256');
const optional = { name: 'default', default: null };

function contextOf(macros, name) {
  const names = new Map([
    ['return', returnFunction()],
    ['config', hostFunction('config', ['**kwargs'], () => '')],
    ['ref', hostFunction('ref', ['name'], (to) => `"db"."main"."${to}"`)],
    ['var', hostFunction('var', ['name', optional], (_name, value) => value)],
  ]);
  const context = { get: (key) => names.get(key) };
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
