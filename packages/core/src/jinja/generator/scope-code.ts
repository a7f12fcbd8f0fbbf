import type { Target } from '../ast.ts';
import type { Emitter } from './emitter.ts';
import { readName } from './expressions.ts';
import { openScope, type Scope, type ScopeContents } from './scope.ts';

/** Writes a block of code with a scope of its own; its variables start as Jinja's do. */
export function inScope(e: Emitter, parent: Scope, contents: ScopeContents, run: (scope: Scope) => void): void {
  const scope = openScope(parent, contents, () => e.name('v'));
  e.write('{');
  targetVariables(e, scope);
  variables(e, scope);
  run(scope);
  e.write('}');
}

/** Declares the variables of a scope, but for its parameters: those that share their variable with another name are written into it. */
export function variables(e: Emitter, scope: Scope): void {
  for (const [name, { ident, initial }] of scope.variables) {
    if (initial === 'outer') e.write(`let ${ident}=${scope.parent?.find(name)?.ident};`);
    else if (initial === 'context') e.write(`let ${ident}=c(${JSON.stringify(name)});`);
    else if (initial === 'missing') e.write(`let ${ident};`);
    else if (initial === 'read') e.write(`${ident}=c(${JSON.stringify(name)});`);
  }
}

/** Writes an assignment of a value's code to a target. What `import` assigns is not exported in turn. */
export function assign(e: Emitter, scope: Scope, target: Target, value: string, isExported: boolean = true): void {
  if (target.typename === 'Target') {
    const ident = scope.find(target.value)?.ident;
    e.write(`${ident}=${value};`);
    if (scope.isTop) e.write(`X.set(${JSON.stringify(target.value)},${ident}${isExported ? '' : ',false'});`);
    return;
  }
  if (target.typename === 'TargetAttribute') {
    const owner = readName(e, scope, target.name.value);
    e.write(`${e.callAt(target, 'setattr', owner, JSON.stringify(target.attribute), value)};`);
    return;
  }
  const items = e.name('u');
  e.write(`const ${items}=${e.callAt(target, 'unpack', value, String(target.children.length))};`);
  for (const [index, one] of target.children.entries()) assign(e, scope, one, `${items}[${index}]`, isExported);
}

/** Declares the variables of a scope's targets. */
export function targetVariables(e: Emitter, scope: Scope, except?: string): void {
  for (const { ident, initial } of scope.variables.values()) {
    if (initial === 'parameter' && ident !== except) e.write(`let ${ident};`);
  }
}
