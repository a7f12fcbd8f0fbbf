import { copyPlain } from '../cache/copy-plain.ts';
import { EiderError, error } from '../diagnostics.ts';
import { hostFunction, toStr } from '../jinja/values/index.ts';
import { didYouMeanHint } from '../near-names.ts';
import type { PackageProject, Project } from '../project/project.ts';
import { hasJinja } from '../project/shape.ts';
import { membersOf, Namespace } from './namespace.ts';
import { isMapping } from './plain.ts';

export type Vars = Readonly<Record<string, unknown>>;

/**
 * The vars that a package's templates see, as dbt scopes them: the package's own (its entry under its name before the rest), over them the root
 * project's, over them `--vars`.
 */
export function packageVars(project: Project, packageName: string): Vars {
  const [root] = project.packages;
  const own = project.packages.find((candidate) => candidate.name === packageName);
  const packages = own === undefined || own === root ? [root] : [own, root];
  const merged: Record<string, unknown> = {};
  for (const one of packages) if (one !== undefined) Object.assign(merged, one.vars, scoped(one, packageName));
  return Object.assign(merged, project.cliVars);
}

function scoped(owner: PackageProject, packageName: string): object {
  const vars = owner.vars[packageName];
  return isMapping(vars) ? vars : {};
}

export interface VarOptions {
  /** Renders a var whose text holds Jinja. */
  readonly render: (text: string) => unknown;
  /** What an unknown var without default gives: none while parsing, else an error that names this owner. */
  readonly owner: string | null;
  /** Told about each var that is asked for. */
  readonly onRead?: (name: string) => void;
  /** Whether several renders share the function: what one changes in a value, another one must not see. */
  readonly isShared?: boolean;
}

/** `var('name', default)` and `var.has_var('name')`. A template that changes a list or mapping it got changes nobody else's. */
export function varFunction(vars: Vars, options: VarOptions): Namespace {
  const missing = Symbol('missing');
  const given = new Map<string, unknown>();
  const copyOf = (key: string): unknown => {
    if (!given.has(key) || options.isShared === true) given.set(key, copyPlain(vars[key]));
    return given.get(key);
  };
  const read = hostFunction('var', ['var_name', { name: 'default', default: missing }], (name, fallback) => {
    const key = String(name);
    options.onRead?.(key);
    if (Object.hasOwn(vars, key)) {
      const value = copyOf(key);
      return typeof value === 'string' && hasJinja(value) ? options.render(value) : value;
    }
    if (fallback !== missing) return fallback;
    if (options.owner === null) return null;
    throw unknownVar(key, vars, options.owner);
  });
  const hasVar = hostFunction('has_var', ['var_name'], (name) => {
    options.onRead?.(String(name));
    return Object.hasOwn(vars, String(name));
  });
  const members = { has_var: hasVar };
  return new Namespace('Var', membersOf(members), { call: (args, kwargs) => read.__call__(args, kwargs) });
}

function unknownVar(name: string, vars: Vars, owner: string): Error {
  const given = Object.keys(vars).map((key) => `${key}: ${toStr(vars[key])}`);
  const supplied = given.length === 0 ? 'no vars' : `these vars: ${given.join(', ')}`;
  const message = `Required var '${name}' not found in config: ${owner} got ${supplied}.`;
  const hint =
    didYouMeanHint(name, Object.keys(vars)) ??
    `Set it under vars: in dbt_project.yml, with --vars '{${name}: …}', or give var() a default.`;
  const finding = { ...error('jinja/render', message, { hint }), cause: dbtWords(name, vars, owner) };
  return new EiderError([finding]);
}

/** What dbt says of it, for artifacts: with the name of the node, and all vars as JSON. */
function dbtWords(name: string, vars: Vars, owner: string): string {
  const node = owner.split('.')[2] ?? '<Configuration>';
  const ascii = (text: string): string =>
    text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const sorted = Object.fromEntries(Object.entries(vars).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `Required var '${name}' not found in config:\nVars supplied to ${node} = ${ascii(JSON.stringify(sorted, null, 4))}`;
}
