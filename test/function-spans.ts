/** A function of a source text. Lines count from 1; `lines` counts the first and the last. */
export interface FunctionSpan {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

/**
 * The functions with a body in braces: declarations, methods, arrows. A small scanner, made for formatted code: it skips comments, strings,
 * templates and regular expressions, follows braces, and takes a block for a function's where the text before it ends as a function's head does.
 */
export function functionSpans(source: string): readonly FunctionSpan[] {
  const code = blankOut(source);
  const spans: FunctionSpan[] = [];
  const open: { readonly at: number; readonly name: string | undefined }[] = [];
  for (let at = 0; at < code.length; at++) {
    if (code[at] === '{') open.push({ at, name: functionName(code.slice(Math.max(0, at - 600), at)) });
    if (code[at] !== '}') continue;
    const start = open.pop();
    if (start?.name === undefined) continue;
    const line = lineOf(code, start.at);
    spans.push({ name: start.name, line, lines: lineOf(code, at) - line + 1 });
  }
  return spans;
}

const notFunctions = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'return', 'await']);

/** The name of the function whose head ends here; undefined where the block is none. */
function functionName(before: string): string | undefined {
  const head = before.trimEnd();
  if (/\b(class|interface|type)\s[^;{}()]*$/.test(head)) return undefined;
  if (head.endsWith('=>')) return /(?:const|let)\s+(\w+)[^;{}]*=>$/.exec(head)?.[1] ?? 'arrow';
  const parameters = /([\w#]+)\s*(?:<[^(){}]*>)?\s*$/.exec(head.slice(0, openingParenthesis(head)))?.[1];
  if (parameters === undefined || notFunctions.has(parameters)) return undefined;
  return parameters;
}

/** Where the parameter list at the end of a head begins (a return type may follow it); 0 where there is none. */
function openingParenthesis(head: string): number {
  const end = /\)(?:\s*:\s*[^(){};=]+(?:\{[^{}]*\}[^(){};=]*)?)?$/.exec(head)?.index;
  if (end === undefined) return 0;
  let depth = 0;
  for (let at = end; at >= 0; at--) {
    if (head[at] === ')') depth += 1;
    if (head[at] === '(') depth -= 1;
    if (depth === 0) return at;
  }
  return 0;
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let index = text.indexOf('\n'); index >= 0 && index < at; index = text.indexOf('\n', index + 1)) line += 1;
  return line;
}

/** The text with comments, strings, templates and regular expressions replaced by blanks, lines kept. */
function blankOut(source: string): string {
  const literal =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|\$\{(?:[^{}]|\{[^{}]*\})*\}|[^`\\])*`|(?<=[=(,:!&|?;\n]\s*|return )\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g;
  return source.replace(literal, (text) => text.replaceAll(/[^\n]/g, ' '));
}
