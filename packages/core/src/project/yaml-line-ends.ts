import { type Document, isScalar, parseDocument, type Scalar, visit } from 'yaml';
import { joinedFlows } from './yaml-flow.ts';

const separator = /[\u2028\u2029]/;
const lineEnd = /[\u0085\u2028\u2029]/;
const lineEnds = /[\u0085\u2028\u2029]/g;

/** Takes a text apart as YAML 1.1, its scalars as texts; between brackets lines may begin anywhere. */
export function parsedYaml(text: string): Document.Parsed {
  const document = documentOf(text);
  const joined = document.errors.some(({ code }) => code === 'BAD_INDENT') ? joinedFlows(text) : undefined;
  const again = joined === undefined ? undefined : documentOf(joined);
  return again?.errors.length === 0 ? again : document;
}

function documentOf(text: string): Document.Parsed {
  const document = parseDocument(text, {
    ...{ version: '1.1', schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'error' },
  });
  // PyYAML begins a comment right behind a bracket or a quote too.
  document.errors = document.errors.filter(({ message }) => !message.startsWith('Comments must be separated'));
  return document;
}

/**
 * A text whose lines end as in YAML 1.1: U+0085 ends one as `\n` does, and so do Unicode's separators where none stands inside of a scalar. `isInside`: one does,
 * which the scalar keeps. Every character keeps its offset.
 */
export function yamlLines(given: string): { readonly text: string; readonly isInside: boolean } {
  if (!lineEnd.test(given)) return { text: given, isInside: false };
  const broken = given.replace(lineEnds, '\n');
  const document = parsedYaml(broken);
  const isRead = document.errors.length === 0;
  const isInside = holds(document, given, () => true, separator);
  if (isRead && !isInside) return { text: broken, isInside };
  if (isRead) return { text: given.replaceAll('\u0085', '\n'), isInside };
  // PyYAML lets a line of a quoted text begin at the margin: a line end there is a blank.
  const kept = given.replaceAll('\u0085', ' ');
  const quoted = parsedYaml(kept);
  const isQuoted = quoted.errors.length === 0 && holds(quoted, given, ({ type }) => type?.startsWith('QUOTE') === true);
  return { text: isQuoted ? kept : broken, isInside: isQuoted };
}

/** Whether a scalar of a text holds an end of a line beside `\n`. */
function holds(
  document: Document.Parsed,
  text: string,
  counts: (scalar: Scalar) => boolean,
  sought: RegExp = lineEnd,
): boolean {
  let isHeld = false;
  visit(document, (_key, node) => {
    if (!isScalar(node) || !counts(node)) return;
    const [start = 0, end = 0] = node.range ?? [];
    isHeld ||= sought.test(text.slice(start, end));
  });
  return isHeld;
}
