import { type NunjucksNode, type NunjucksNodeClass, nodes } from './nunjucks.ts';

/** A place in a template: line and column count from 0, as nunjucks' do. */
export interface At {
  readonly lineno: number;
  readonly colno: number;
}

/** What every node has of nunjucks' class. */
interface Base extends At {
  readonly fields: readonly string[];
}

type Typed<Name extends string, Fields> = { readonly typename: Name } & Base & Readonly<Fields>;
type Variants<Names extends string, Fields> = { [Name in Names]: Typed<Name, Fields> }[Names];

export type BinaryName = 'Add' | 'Sub' | 'Mul' | 'Div' | 'FloorDiv' | 'Mod' | 'Pow';
export type CompareName = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'notin';

export type Literal = Typed<'Literal', { value: unknown }>;
export type Name = Typed<'Symbol', { value: string }>;
export type TemplateData = Typed<'TemplateData', { value: string }>;
export type Pair = Typed<'Pair', { key: Expression; value: Expression }>;
export type CompareOperand = Typed<'CompareOperand', { expr: Expression; type: CompareName }>;
export type Keyword = Typed<'Keyword', { name: string; value: Expression }>;
export type KeywordArgs = Typed<'KeywordArgs', { children: readonly Keyword[] }>;
export type Star = Typed<'Star', { value: Expression }>;
export type DoubleStar = Typed<'DoubleStar', { value: Expression }>;
export type Argument = Expression | KeywordArgs | Star | DoubleStar;
export type Arguments = Typed<'Arguments', { children: readonly Argument[] }>;
export type FunCall = Typed<'FunCall', { name: Expression; args: Arguments }>;
/** The target is null in a filter block and a set block. */
export type Filter = Typed<'Filter', { name: string; target: Expression | null; args: Arguments }>;
export type Test = Typed<'Test', { name: string; target: Expression; args: Arguments }>;
export type LookupVal = Typed<'LookupVal', { target: Expression; val: Expression | Slice; attribute: boolean }>;
export type Slice = Typed<'Slice', { start: Expression | null; stop: Expression | null; step: Expression | null }>;

export type Expression =
  | Literal
  | Name
  | FunCall
  | Filter
  | Test
  | LookupVal
  | Slice
  | Typed<'Group', { children: readonly Expression[] }>
  | Typed<'Array', { children: readonly Expression[] }>
  | Typed<'Dict', { children: readonly Pair[] }>
  | Typed<'InlineIf', { cond: Expression; body: Expression; else_: Expression | null }>
  | Typed<'Compare', { expr: Expression; ops: readonly CompareOperand[] }>
  | Typed<'Concat', { left: Expression; right: Expression }>
  | Variants<'And' | 'Or' | BinaryName, { left: Expression; right: Expression }>
  | Variants<'Not' | 'Neg' | 'Pos', { target: Expression }>;

export type Target =
  | Typed<'Target', { value: string }>
  | Typed<'TargetTuple', { children: readonly Target[] }>
  | Typed<'TargetAttribute', { name: Name; attribute: string }>;

export type Parameter = Typed<'Parameter', { name: string; default: Expression | null }>;

export type MacroNode = Typed<
  'Macro',
  {
    name: string;
    /** The name under which a template has its own macro. */
    definedAs: string;
    kind: 'macro' | 'test' | 'materialization' | 'docs';
    parameters: readonly Parameter[];
    body: Body;
    /** Where the block and its body begin and end in the source. */
    span: BlockSpan;
  }
>;
export interface BlockSpan {
  readonly start: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly end: number;
}
export type Caller = Typed<'Caller', { parameters: readonly Parameter[]; body: Body }>;
export type Output = Typed<'Output', { children: readonly (Expression | TemplateData)[] }>;
export type For = Typed<
  'For',
  { name: Target; arr: Expression; test: Expression | null; body: Body; else_: Body | null; recursive: boolean }
>;
export type If = Typed<'If', { cond: Expression; body: Body; else_: Body | null }>;
export type SetNode = Typed<'Set', { target: Target; value: Expression }>;
export type SetBlock = Typed<'SetBlock', { target: Target; filter: Filter | null; body: Body }>;
export type FilterBlock = Typed<'FilterBlock', { filter: Filter; body: Body }>;
export type CallBlock = Typed<'CallBlock', { call: FunCall; caller: Caller }>;
export type With = Typed<'With', { targets: readonly Target[]; values: readonly Expression[]; body: Body }>;
export type Include = Typed<'Include', { template: Expression; ignoreMissing: boolean; withContext: boolean }>;
export type Import = Typed<'Import', { template: Expression; target: Target; withContext: boolean }>;
export type FromImport = Typed<
  'FromImport',
  { template: Expression; names: readonly ImportName[]; withContext: boolean }
>;
export type ImportName = Typed<'ImportName', { name: string; target: Target }>;
export type Block = Typed<'Block', { name: string; scoped: boolean; required: boolean; body: Body }>;
export type Autoescape = Typed<'Autoescape', { value: Expression; body: Body }>;
export type Extends = Typed<'Extends', { template: Expression }>;
export type CallExtension = Variants<
  'CallExtension' | 'CallExtensionAsync',
  { extName: string; prop: string; args: Arguments; contentArgs: readonly (Body | null)[] }
>;

export type Statement =
  | Output
  | For
  | If
  | SetNode
  | SetBlock
  | FilterBlock
  | CallBlock
  | With
  | MacroNode
  | Include
  | Import
  | FromImport
  | Block
  | CallExtension
  | Extends
  | Autoescape
  | Typed<'Do', { value: Expression }>
  | Variants<'Break' | 'Continue', Record<never, never>>
  | Body;

/** A sequence of statements. */
export type Body = Variants<'NodeList' | 'Root', { children: readonly Statement[] }>;

export type Node =
  | Statement
  | Expression
  | TemplateData
  | Pair
  | CompareOperand
  | KeywordArgs
  | Keyword
  | Star
  | DoubleStar
  | Arguments
  | Target
  | Parameter
  | Caller
  | ImportName;

/** Nodes that nunjucks has not, or not with these fields. */
const ownFields: Readonly<Record<string, readonly string[]>> = {
  Arguments: ['children'],
  Slice: ['start', 'stop', 'step'],
  LookupVal: ['target', 'val', 'attribute'],
  Filter: ['target', 'name', 'args'],
  Test: ['target', 'name', 'args'],
  Keyword: ['name', 'value'],
  Star: ['value'],
  DoubleStar: ['value'],
  Target: ['value'],
  TargetTuple: ['children'],
  TargetAttribute: ['name', 'attribute'],
  Parameter: ['name', 'default'],
  Macro: ['name', 'definedAs', 'kind', 'parameters', 'body', 'span'],
  Caller: ['parameters', 'body'],
  For: ['arr', 'name', 'test', 'body', 'else_', 'recursive'],
  Set: ['value', 'target'],
  SetBlock: ['target', 'filter', 'body'],
  FilterBlock: ['filter', 'body'],
  CallBlock: ['call', 'caller'],
  With: ['values', 'targets', 'body'],
  Include: ['template', 'ignoreMissing', 'withContext'],
  ImportName: ['name', 'target'],
  Block: ['name', 'scoped', 'required', 'body'],
  Autoescape: ['value', 'body'],
  Extends: ['template'],
  Do: ['value'],
  Break: [],
  Continue: [],
};

/** The prototypes of nunjucks' classes: its constructor, which goes over the fields for each node, is not run. */
const prototypes: ReadonlyMap<string, NunjucksNode> = new Map([
  ...Object.entries(nodes)
    .filter(([, value]) => typeof value === 'function' && 'extend' in value)
    .map(([name, value]): [string, NunjucksNode] => [name, value.prototype]),
  ...Object.entries(ownFields).map(([name, fields]): [string, NunjucksNode] => [
    name,
    nodeClass(name, fields).prototype,
  ]),
]);

function nodeClass(name: string, fields: readonly string[]): NunjucksNodeClass {
  if (fields.includes('children')) return nodes.NodeList.extend(name, {});
  return (nodes[name] ?? nodes.Node).extend(name, { fields });
}

type Own<N extends Node> = Omit<N, 'typename' | 'lineno' | 'colno' | 'fields'>;

/** Makes a node of nunjucks' class of that name, or of a class derived from it. */
export function node<Type extends Node['typename']>(
  typename: Type,
  at: At,
  own: Own<Extract<Node, { readonly typename: Type }>>,
): Extract<Node, { readonly typename: Type }> {
  const made = Object.create(prototypes.get(typename) ?? null);
  made.lineno = at.lineno;
  made.colno = at.colno;
  return Object.assign(made, own);
}

/** Calls `visit` for a node's own nodes, in the order of its fields. */
export function eachChild(parent: Node, visit: (child: Node) => void): void {
  for (const field of parent.fields) {
    const value: unknown = Reflect.get(parent, field);
    if (Array.isArray(value)) for (const one of value) visitNode(one, visit);
    else visitNode(value, visit);
  }
}

function visitNode(value: unknown, visit: (child: Node) => void): void {
  if (typeof value === 'object' && value !== null && 'typename' in value) visit(value as Node);
}
