import { type Body, type Expression, eachChild, type Filter, type Node, type Parameter, type Target } from '../ast.ts';

/** A name that a scope assigns, as a variable of the generated code. */
export interface Variable {
  readonly ident: string;
  /** What the variable holds when the scope is entered. `shared`: it is another name's; `read`: another name's, read from the context under this one. */
  readonly initial: 'parameter' | 'outer' | 'context' | 'missing' | 'shared' | 'read';
  /** Whether it always holds a value (not JS `undefined`) where it is read. */
  readonly safe: boolean;
}

/** A scope of Jinja: a template, a loop's body, a macro, … Which name means what is settled before code is generated. */
export class Scope {
  readonly parent: Scope | null;
  readonly variables: Map<string, Variable> = new Map();
  /** Whether what the scope assigns is seen by other templates: it is the top level of one that is linked. */
  isTop = false;
  /** Names that are read from the context. */
  readonly loaded: Set<string> = new Set();

  constructor(parent: Scope | null) {
    this.parent = parent;
  }

  find(name: string): Variable | undefined {
    return this.variables.get(name) ?? this.parent?.find(name);
  }

  private isRead(name: string): boolean {
    return this.loaded.has(name) || (this.parent?.isRead(name) ?? false);
  }

  declareParameter(name: string, ident: string): void {
    this.variables.set(name, { ident, initial: 'parameter', safe: true });
  }

  load(name: string): void {
    if (this.find(name) === undefined) this.loaded.add(name);
  }

  /**
   * An assignment. The variable starts with the outer value; a name that is unknown outside starts with the context's
   * value if it was read before or is assigned in a branch only.
   */
  store(name: string, ident: () => string, inBranch: boolean): void {
    if (this.variables.has(name)) return;
    const outer = this.parent?.find(name);
    if (outer !== undefined) this.variables.set(name, { ident: ident(), initial: 'outer', safe: outer.safe });
    else if (inBranch || this.isRead(name))
      this.variables.set(name, { ident: ident(), initial: 'context', safe: true });
    else this.variables.set(name, { ident: ident(), initial: 'missing', safe: false });
  }
}

/** What a scope consists of. */
export interface ScopeContents {
  readonly targets?: readonly Target[];
  readonly parameters?: readonly Parameter[];
  readonly expressions?: readonly (Expression | Filter | null)[];
  readonly body?: Body | null;
}

/** Opens a scope and settles its names. `ident` makes names for variables. */
export function openScope(parent: Scope | null, contents: ScopeContents, ident: () => string): Scope {
  const scope = new Scope(parent);
  for (const target of contents.targets ?? []) {
    for (const name of targetNames(target)) scope.declareParameter(name, ident());
  }
  for (const parameter of contents.parameters ?? []) scope.declareParameter(parameter.name, ident());
  for (const parameter of contents.parameters ?? []) if (parameter.default !== null) loads(scope, parameter.default);
  for (const expression of contents.expressions ?? []) if (expression !== null) loads(scope, expression);
  for (const statement of contents.body?.children ?? []) collect(scope, statement, ident, false);
  shareVariables(scope);
  return scope;
}

/** Python takes names for one that are the same in compatible letters (NFKC), as `ﬁ` and `fi`: in a scope they are one variable. */
function shareVariables(scope: Scope): void {
  const names = [...scope.variables.keys(), ...scope.loaded];
  if (names.every(isAscii)) return;
  const first = new Map<string, Variable>();
  for (const name of names) {
    const own = scope.variables.get(name);
    const known = first.get(name.normalize('NFKC'));
    if (known !== undefined && known !== own) {
      const initial = own === undefined || own.initial === 'context' ? 'read' : 'shared';
      scope.variables.set(name, { ident: known.ident, initial, safe: own?.safe ?? false });
    } else if (own !== undefined) first.set(name.normalize('NFKC'), own);
  }
}

function isAscii(name: string): boolean {
  return /^\w*$/.test(name);
}

/** The names that a target assigns. */
export function targetNames(target: Target): string[] {
  if (target.typename === 'Target') return [target.value];
  return target.typename === 'TargetTuple' ? target.children.flatMap(targetNames) : [];
}

function loads(scope: Scope, node: Node): void {
  if (node.typename === 'Symbol') scope.load(node.value);
  else eachChild(node, (child) => loads(scope, child));
}

function stores(scope: Scope, target: Target, ident: () => string, inBranch: boolean): void {
  if (target.typename === 'TargetAttribute') scope.load(target.name.value);
  else if (target.typename === 'TargetTuple') for (const one of target.children) stores(scope, one, ident, inBranch);
  else scope.store(target.value, ident, inBranch);
}

/** The reads and assignments of a statement that belong to the scope it stands in; inner scopes are left out. */
function collect(scope: Scope, node: Node, ident: () => string, inBranch: boolean): void {
  switch (node.typename) {
    case 'If':
      loads(scope, node.cond);
      for (const branch of [node.body, node.else_]) if (branch !== null) collect(scope, branch, ident, true);
      return;
    case 'NodeList':
    case 'Root':
      for (const child of node.children) collect(scope, child, ident, inBranch);
      return;
    case 'Set':
      loads(scope, node.value);
      stores(scope, node.target, ident, inBranch);
      return;
    case 'SetBlock':
      stores(scope, node.target, ident, inBranch);
      return;
    case 'Import':
      loads(scope, node.template);
      stores(scope, node.target, ident, inBranch);
      return;
    case 'FromImport':
      loads(scope, node.template);
      for (const one of node.names) stores(scope, one.target, ident, inBranch);
      return;
    case 'Macro':
      scope.store(node.definedAs, ident, inBranch);
      return;
    case 'For':
      loads(scope, node.arr);
      return;
    case 'CallBlock':
      loads(scope, node.call);
      return;
    case 'With':
      for (const value of node.values) loads(scope, value);
      return;
    case 'FilterBlock':
      loads(scope, node.filter);
      return;
    case 'Block':
    case 'Autoescape':
      return;
    default:
      loads(scope, node);
      return;
  }
}

/** Which of some names a body reads before it assigns them, at any depth. */
export function undeclared(body: Body, names: readonly string[]): ReadonlySet<string> {
  const open = new Set(names);
  const found = new Set<string>();
  const visit = (node: Node): void => {
    if (node.typename === 'Block') return;
    if (node.typename === 'Symbol' && open.has(node.value)) found.add(node.value);
    else if (node.typename === 'Target') open.delete(node.value);
    else if (node.typename === 'Parameter') open.delete(node.name);
    eachChild(node, visit);
  };
  visit(body);
  return found;
}
