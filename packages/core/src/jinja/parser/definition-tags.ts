import { type BlockSpan, type Expression, type MacroNode, node, type Parameter } from '../ast.ts';
import { type Token, tokenType } from '../nunjucks.ts';
import type { JinjaParser, ParseTag } from './parser.ts';

/** The tags that define something: Jinja's macros, and dbt's tests, materializations and docs. Snapshots are cut out of their files before templates are made of them. */
export const definitionTags: ReadonlyMap<string, ParseTag> = new Map<string, ParseTag>([
  ['macro', (parser, at, start) => parseNamed(parser, at, start, 'macro', (name) => name)],
  ['test', (parser, at, start) => parseNamed(parser, at, start, 'test', (name) => `test_${name}`)],
  ['materialization', parseMaterialization],
  ['docs', parseDocs],
]);

function parseNamed(
  parser: JinjaParser,
  at: Token,
  start: Token,
  kind: MacroNode['kind'],
  fullName: (name: string) => string,
): MacroNode {
  const name = fullName(parser.parseNameTarget().value);
  const parameters = parser.parseParameters();
  const definedAs = parser.macroPrefix + name;
  return node('Macro', at, { name, definedAs, kind, parameters, ...parseSpan(parser, start, `end${kind}`) });
}

function parseDocs(parser: JinjaParser, at: Token, start: Token): MacroNode {
  const name = parser.parseNameTarget().value;
  const own = { name, definedAs: name, kind: 'docs' as const, parameters: [] };
  return node('Macro', at, { ...own, ...parseSpan(parser, start, 'enddocs') });
}

/** `{% materialization name, adapter='duckdb', supported_languages=['sql'] %}`: dbt's name holds the adapter. */
function parseMaterialization(parser: JinjaParser, at: Token, start: Token): MacroNode {
  const own = parser.parseNameTarget().value;
  let adapter = 'default';
  let languages: Expression | null = null;
  while (parser.take(',')) {
    const option = parser.parseNameTarget();
    if (option.value === 'default') continue;
    if (option.value !== 'adapter' && option.value !== 'supported_languages') {
      parser.fail(`materialization '${own}' received unknown argument '${option.value}'.`, option.lineno, option.colno);
    }
    parser.expectOperator('=');
    const value = parser.parseExpression();
    if (option.value === 'supported_languages') languages = value;
    else if (value.typename === 'Literal') adapter = String(value.value);
    else parser.fail('the adapter of a materialization has to be a literal text', option.lineno, option.colno);
  }
  const sql = node('Array', at, { children: [node('Literal', at, { value: 'sql' })] });
  const parameters: Parameter[] = [node('Parameter', at, { name: 'supported_languages', default: languages ?? sql })];
  const name = `materialization_${own}_${adapter}`;
  return node('Macro', at, {
    name,
    definedAs: parser.macroPrefix + name,
    kind: 'materialization',
    parameters,
    ...parseSpan(parser, start, 'endmaterialization'),
  });
}

/** The body of a block with where it stands in the source. The end of the last tag is left to the statement loop. */
function parseSpan(parser: JinjaParser, start: Token, end: string): { body: MacroNode['body']; span: BlockSpan } {
  parser.take(':');
  const opened = parser.peekToken();
  const body = parser.inLoop(false, () => parser.parseBody(end));
  parser.nextToken();
  const closed = parser.nextType() === tokenType.blockEnd ? parser.peekToken() : null;
  const { str } = parser.source;
  const bodyStart = opened?.end ?? start.end;
  const spanEnd = closed?.end ?? str.length;
  const bodyEnd = Math.max(bodyStart, str.lastIndexOf('{%', spanEnd - 1));
  return { body, span: { start: start.start, bodyStart, bodyEnd, end: spanEnd } };
}
