import { type Expression, type ImportName, node, type Statement, type Target } from '../ast.ts';
import { type Token, tokenType } from '../nunjucks.ts';
import { isBlank } from '../values/blanks.ts';
import { repr } from '../values/repr.ts';
import type { JinjaParser, ParseTag } from './parser.ts';

/** The tags of Jinja and of its extensions `do` and `loopcontrols`. */
export const statementTags: ReadonlyMap<string, ParseTag> = new Map<string, ParseTag>([
  ['if', parseIf],
  ['for', parseFor],
  ['set', parseSet],
  ['do', (parser, at) => node('Do', at, { value: parser.parseTuple() })],
  ['print', parsePrint],
  ['call', parseCall],
  ['filter', parseFilterBlock],
  ['with', parseWith],
  ['break', (parser, at) => leaveLoop(parser, at, node('Break', at, {}))],
  ['continue', (parser, at) => leaveLoop(parser, at, node('Continue', at, {}))],
  ['autoescape', parseAutoescape],
  ['include', parseInclude],
  ['import', parseImport],
  ['from', parseFrom],
  ['extends', parseExtends],
  ['block', parseBlock],
]);

function parseIf(parser: JinjaParser, at: Token): Statement {
  const cond = parser.parseTuple({ withoutCondition: true });
  const body = parser.parseBody('elif', 'else', 'endif');
  const end = parser.expectName();
  if (end.value === 'endif') return node('If', at, { cond, body, else_: null });
  if (end.value === 'else') return node('If', at, { cond, body, else_: parser.parseWholeBody('endif') });
  return node('If', at, { cond, body, else_: node('NodeList', end, { children: [parseIf(parser, end)] }) });
}

function parseFor(parser: JinjaParser, at: Token): Statement {
  const earlier = parser.loopTargets.length;
  const name = parser.parseTarget();
  parser.expectKeyword('in');
  const arr = parser.parseTuple({ withoutCondition: true });
  const test = parser.takeName('if') ? parser.parseExpression() : null;
  const recursive = parser.takeName('recursive');
  const body = parser.inLoop(true, () => parser.parseBody('endfor', 'else'));
  const else_ = parser.expectName().value === 'else' ? parser.parseWholeBody('endfor') : null;
  const assigned = parser.loopTargets[earlier];
  if (assigned !== undefined) {
    parser.refuse("Can't assign to special loop variable in for-loop target", assigned);
  }
  return node('For', at, { name, arr, test, body, else_, recursive });
}

/** Outside of loops it is Python's compiler that complains. */
function leaveLoop(parser: JinjaParser, at: Token, statement: Statement): Statement {
  if (parser.isInLoop) return statement;
  const words = at.value === 'break' ? "'break' outside loop" : "'continue' not properly in loop";
  throw parser.source.error(words, at.lineno, at.colno, 'SyntaxError');
}

function parseSet(parser: JinjaParser, at: Token): Statement {
  const target = parser.parseTarget(true);
  if (parser.take('=')) return node('Set', at, { target, value: parser.parseTuple() });
  const filter = parser.parseFilterChain(null);
  return node('SetBlock', at, { target, filter, body: parser.parseWholeBody('endset') });
}

function parsePrint(parser: JinjaParser, at: Token): Statement {
  const children: Expression[] = [];
  while (parser.nextType() !== tokenType.blockEnd) {
    if (children.length > 0) parser.expectOperator(',');
    children.push(parser.parseExpression());
  }
  return node('Output', at, { children });
}

function parseCall(parser: JinjaParser, at: Token): Statement {
  const parameters = parser.isNext('(') ? parser.parseParameters() : [];
  const call = parser.parseExpression();
  if (call.typename !== 'FunCall') return parser.fail('expected call', at.lineno, at.colno);
  const body = parser.inLoop(false, () => parser.parseWholeBody('endcall'));
  return node('CallBlock', at, { call, caller: node('Caller', at, { parameters, body }) });
}

function parseFilterBlock(parser: JinjaParser, at: Token): Statement {
  const first = parser.parseFilter(null);
  const filter = parser.parseFilterChain(first) ?? first;
  return node('FilterBlock', at, { filter, body: parser.parseWholeBody('endfilter') });
}

function parseWith(parser: JinjaParser, at: Token): Statement {
  const targets: Target[] = [];
  const values: Expression[] = [];
  while (parser.nextType() !== tokenType.blockEnd) {
    if (targets.length > 0) parser.expectOperator(',');
    targets.push(parser.parseTarget());
    parser.expectOperator('=');
    values.push(parser.parseExpression());
  }
  return node('With', at, { targets, values, body: parser.parseWholeBody('endwith') });
}

function parseAutoescape(parser: JinjaParser, at: Token): Statement {
  const value = parser.parseExpression();
  return node('Autoescape', at, { value, body: parser.parseWholeBody('endautoescape') });
}

function parseExtends(parser: JinjaParser, at: Token): Statement {
  parser.isLinked = true;
  if (!parser.isTopLevel) parser.refuse('cannot use extend from a non top-level scope', at);
  return node('Extends', at, { template: parser.parseExpression() });
}

function parseInclude(parser: JinjaParser, at: Token): Statement {
  parser.isLinked = true;
  const template = parser.parseExpression();
  const ignoreMissing = parser.isNextName('ignore') && parser.lookAhead()?.value === 'missing';
  if (ignoreMissing) {
    parser.nextToken();
    parser.nextToken();
  }
  return node('Include', at, { template, ignoreMissing, withContext: parseWithContext(parser) ?? true });
}

function parseImport(parser: JinjaParser, at: Token): Statement {
  parser.isLinked = true;
  const template = parser.parseExpression();
  parser.expectKeyword('as');
  const target = parser.parseNameTarget();
  return node('Import', at, { template, target, withContext: parseWithContext(parser) ?? false });
}

function parseFrom(parser: JinjaParser, at: Token): Statement {
  parser.isLinked = true;
  const template = parser.parseExpression();
  const names: ImportName[] = [];
  let withContext: boolean | null = null;
  parser.expectKeyword('import');
  do {
    withContext = parseWithContext(parser);
    if (withContext !== null) break;
    const name = parser.parseNameTarget();
    if (name.value.startsWith('_')) {
      parser.refuse('names starting with an underline can not be imported', name);
    }
    names.push(
      node('ImportName', name, { name: name.value, target: parser.takeName('as') ? parser.parseNameTarget() : name }),
    );
    withContext = parseWithContext(parser);
  } while (withContext === null && parser.take(','));
  return node('FromImport', at, { template, names, withContext: withContext ?? false });
}

function parseWithContext(parser: JinjaParser): boolean | null {
  const given = parser.isNextName('with') || parser.isNextName('without');
  if (!given || parser.lookAhead()?.value !== 'context') return null;
  const withContext = parser.isNextName('with');
  parser.nextToken();
  parser.nextToken();
  return withContext;
}

function parseBlock(parser: JinjaParser, at: Token): Statement {
  parser.isLinked = true;
  const name = parser.expectName().value;
  const scoped = parser.takeName('scoped');
  const required = parser.takeName('required');
  if (parser.isNext('-')) {
    parser.fail(
      'Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.',
    );
  }
  const body = parser.parseWholeBody('endblock');
  if (required && !body.children.every(isBlankOutput)) {
    parser.fail('Required blocks can only contain comments or whitespace');
  }
  parser.takeName(name);
  if (parser.blockNames.has(name)) parser.refuse(`block ${repr(name)} defined twice`, at);
  parser.blockNames.add(name);
  return node('Block', at, { name, scoped, required, body });
}

function isBlankOutput(statement: Statement): boolean {
  if (statement.typename !== 'Output') return false;
  return statement.children.every(
    (child) => child.typename === 'TemplateData' && child.value !== '' && isBlank(child.value),
  );
}
