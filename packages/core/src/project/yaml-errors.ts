import type { YAMLError } from 'yaml';
import { type Diagnostic, error, type Place } from '../diagnostics.ts';

interface Explanation {
  readonly message: string;
  readonly hint: string;
}

/** The finding for a YAML syntax error: what is wrong on that line and what to do, in the words of somebody who writes dbt projects. */
export function yamlSyntaxError(problem: YAMLError, place: Place, line: string): Diagnostic {
  const explanation = unquotedJinja(place, line) ?? syntaxError(explain(problem, line, place.column), place);
  const indent = line.length - line.trimStart().length;
  const isBefore = explanation.place !== undefined && explanation.place.column <= indent && !line.startsWith('\t');
  return isBefore ? { ...explanation, place: { ...place, column: indent + 1 } } : explanation;
}

/** The finding for a mapping whose key is a mapping: nearly always `{{ … }}` without quotes. */
export function collectionKeyError(place: Place, line: string): Diagnostic {
  const message = 'A mapping or list stands where a key is expected.';
  return unquotedJinja(place, line) ?? syntaxError({ message, hint: 'A key must be plain text.' }, place);
}

/** Jinja at the start of a value, without quotes: YAML takes `{` for the begin of a mapping. */
function unquotedJinja(place: Place, line: string): Diagnostic | undefined {
  const match = /(?:^\s*(?:-\s+)?|:\s+|-\s+|[[,]\s*)(\{\{.*|\{%.*)$/.exec(line);
  if (match === null) return undefined;
  const found = match[1] ?? '';
  const value = found.trimEnd();
  const quote = value.includes('"') ? "'" : '"';
  const message = `A value that begins with \`${value.slice(0, 2)}\` needs quotes: YAML reads \`{\` as the begin of a mapping.`;
  const hint =
    value.includes('"') && value.includes("'") ? 'Put quotes around the value.' : `Write ${quote}${value}${quote}.`;
  return syntaxError({ message, hint }, { ...place, column: line.length - found.length + 1 });
}

function syntaxError({ message, hint }: Explanation, place: Place): Diagnostic {
  const words = /^[A-Z] |^[A-Z][a-z]/.test(message) ? message.charAt(0).toLowerCase() + message.slice(1) : message;
  return error('project/yaml-syntax', `The YAML cannot be read: ${words}`, { place, hint });
}

function explain(problem: YAMLError, line: string, column: number): Explanation {
  switch (problem.code) {
    case 'TAB_AS_INDENT':
      return {
        message: 'This line is indented with a tab; YAML allows spaces only.',
        hint: 'Replace the tab with spaces.',
      };
    case 'BAD_SCALAR_START':
      return {
        message: `A value cannot begin with \`${line[column - 1] ?? ''}\`.`,
        hint: 'Put quotes around the value.',
      };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        message: 'A second `: ` stands in this line, so YAML reads a mapping inside a value.',
        hint: 'Put quotes around the value, or move the inner key to a line of its own, indented.',
      };
    case 'BAD_DQ_ESCAPE':
      return {
        message: 'A backslash in double quotes begins an escape, and this is none that YAML knows.',
        hint: "Use single quotes, where a backslash is itself: 'C:\\data'.",
      };
    case 'BAD_INDENT':
      return badIndent(problem);
    case 'MISSING_CHAR':
      return missing(problem, line);
    case 'MULTILINE_IMPLICIT_KEY':
      return noColon(line);
    case 'MULTIPLE_DOCS':
      return {
        message: 'A second document begins here; dbt reads one document per file.',
        hint: 'Remove the line `---`.',
      };
    default:
      return unexpected(problem, line);
  }
}

function badIndent(problem: YAMLError): Explanation {
  if (problem.message.startsWith('Flow')) {
    const closing = problem.message.trimEnd().slice(-1);
    return {
      message: `A bracket is not closed before here: \`${closing}\` is missing.`,
      hint: `Close it with \`${closing}\`.`,
    };
  }
  return wrongColumn;
}

function missing(problem: YAMLError, line: string): Explanation {
  if (problem.message.includes('quote')) {
    return { message: 'The quote that opens here is never closed.', hint: 'Close it, or remove it.' };
  }
  return noColon(line);
}

/** A line that has its colon stands in the wrong column. */
function noColon(line: string): Explanation {
  if (/:(\s|$)/.test(line)) return wrongColumn;
  return {
    message: 'This line has no `: ` behind its key.',
    hint: 'Write `key: value`, with a space behind the colon.',
  };
}

const wrongColumn: Explanation = {
  message: 'This line is indented differently from the lines it belongs to.',
  hint: 'Items of one list or mapping must start in the same column.',
};

function unexpected(problem: YAMLError, line: string): Explanation {
  if (/'[^']*'\w|"[^"]*"\s*\S/.test(line)) {
    return {
      message: 'Text follows the closing quote of a value.',
      hint: "Quote the whole value; inside '…' write a quote as ''.",
    };
  }
  return {
    message: `${problem.message.replace(/\.$/, '')}.`,
    hint: 'Check the indentation and the quotes of this line and the one above.',
  };
}
