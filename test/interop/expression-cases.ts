import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The project in whose model `subject` the expressions are evaluated. */
export const expressionsProject: string = join(import.meta.dirname, 'expressions');

/** A template that notes what an expression is. */
export interface ExpressionCase {
  readonly expression: string;
  readonly template: string;
}

const kinds = ['mapping', 'sequence', 'string', 'number', 'boolean', 'none', 'callable', 'undefined'];

function read(name: string): string {
  return readFileSync(join(expressionsProject, name), 'utf8');
}

/** The SQL that makes the relations which expressions ask about. */
export function statementsBefore(): readonly string[] {
  return read('prepare.sql')
    .split(';')
    .filter((statement) => statement.trim() !== '');
}

/** The lines of `expressions.txt`, each behind the lines of `prelude.txt` (`name: template`) whose names it uses. */
export function expressionCases(): readonly ExpressionCase[] {
  const prelude = lines('prelude.txt').map((line): [RegExp, string] => {
    const [name = '', ...text] = line.split(': ');
    return [new RegExp(`(?<![\\w.'])${name}(?![\\w=])`), text.join(': ')];
  });
  const asked = kinds.map((kind) => `v is ${kind}`).join(', ');
  return lines('expressions.txt').map((expression) => {
    const before = prelude.flatMap(([name, text]) => (name.test(expression) ? [text] : []));
    return { expression, template: `${before.join('')}{% set v = ${expression} %}{{ note(v, [${asked}]) }}` };
  });
}

function lines(name: string): readonly string[] {
  return read(name)
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
}
