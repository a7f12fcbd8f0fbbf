import { CST, Lexer } from 'yaml';

/** A bracket that is never closed takes in the rest of its file: then each of its lines is joined, in vain. */
const mostJoins = 200;

/**
 * A text whose flow collections, `[…]` and `{…}`, go on in the line above wherever a line of theirs begins left of where YAML allows it: PyYAML looks at no
 * indentation between brackets. Ends of lines and comments become blanks, so that every character keeps its offset. Undefined where there is no such line,
 * or where joining one would change a value.
 */
export function joinedFlows(given: string): string | undefined {
  let text = given;
  for (let joins = 0; joins < mostJoins; joins++) {
    const gap = gapIn(text);
    if (gap === undefined) return joins === 0 ? undefined : text;
    const isBetween = /[,:[{]$/.test(gap.before) || /^[\],}:]/.test(text.slice(gap.end));
    if (!isBetween) return undefined;
    text = text.slice(0, gap.start) + ' '.repeat(gap.end - gap.start) + text.slice(gap.end);
  }
  return undefined;
}

/** The blanks, comments and ends of lines before the first line that YAML does not take for a part of its flow collection, and the token before them. */
function gapIn(text: string): { readonly before: string; readonly start: number; readonly end: number } | undefined {
  let [before, start, end] = ['', 0, 0];
  for (const token of new Lexer().lex(text)) {
    if (token === CST.FLOW_END) return { before, start, end };
    if (token === CST.DOCUMENT || token === CST.SCALAR) continue;
    end += token.length;
    if (/^(\s*$|#)/.test(token)) continue;
    [before, start] = [token, end];
  }
  return undefined;
}
