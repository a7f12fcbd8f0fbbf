import { type Document, visit } from 'yaml';
import { type Diagnostic, error, type Place } from '../diagnostics.ts';
import { buildYaml } from './build-yaml.ts';
import { type Located, placesIn } from './located.ts';
import { yamlSyntaxError } from './yaml-errors.ts';
import { parsedYaml, yamlLines } from './yaml-line-ends.ts';

/** A file read as YAML. `root` is null where the file is empty (comments only) or cannot be read. */
export interface YamlFile {
  readonly root: Located | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a file of a project: white space at its end does not count, so a block of text that ends the file has no line end. */
export function readYaml(written: string, file: string): YamlFile {
  return readYamlText(written.trimEnd(), file);
}

/**
 * Reads a text as PyYAML's SafeLoader does for dbt: scalars by YAML 1.1 (see `plainScalar`), merge keys, one document. A duplicate key is a warning
 * and the last one wins, as in dbt 1.11. Never throws: a syntax error gives `project/yaml-syntax` at its line and column.
 */
export function readYamlText(written: string, file: string): YamlFile {
  const { text } = yamlLines(written);
  const document = parsedYaml(text);
  const placeAt = placesIn(text, file);
  const lineAt = (place: Place): string => text.split(/\r\n|\n|\r/, place.line)[place.line - 1] ?? '';
  const [problem] = document.errors;
  if (problem !== undefined) {
    const place = placeAt(problemOffset(document, problem.code, problem.pos[0]));
    return { root: null, diagnostics: [yamlSyntaxError(problem, place, lineAt(place))] };
  }
  if (document.contents === null) return { root: null, diagnostics: [] };
  return buildYaml(document.contents, text, placeAt, lineAt);
}

/** The mapping at the top of a file; anything else is a finding. An empty file gives null without one. */
export function readYamlMapping(text: string, file: string): YamlFile {
  const read = readYaml(text, file);
  if (read.root === null || isMapping(read.root.value)) return read;
  if (read.root.value === null) return { root: null, diagnostics: read.diagnostics };
  const found = error(
    'project/invalid-value',
    `The file must hold a mapping (\`key: value\`), not ${describe(read.root.value)}.`,
    {
      place: read.root.place,
    },
  );
  return { root: null, diagnostics: [...read.diagnostics, found] };
}

/** Whether a value is plain mapping data. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.getPrototypeOf(value) === Object.prototype
  );
}

/** A value's kind in the words of a message: `a list`, `a text`, …; never the value itself, which may be a secret. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  if (isMapping(value)) return 'a mapping';
  if (typeof value === 'string') return 'a text';
  return typeof value === 'boolean' ? 'a boolean' : 'a number';
}

/** An unclosed quote is reported where it opens, not at the end of the file. */
function problemOffset(document: Document.Parsed, code: string, offset: number): number {
  if (code !== 'MISSING_CHAR') return offset;
  let opening = offset;
  visit(document, {
    Scalar(_, node) {
      const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
      if (quoted && node.range && node.range[0] < offset && node.range[1] >= offset) opening = node.range[0];
    },
  });
  return opening;
}
