import { didYouMean } from '@eider/core';
import { extensionHint, missingExtension } from './missing-extension.ts';

/** DuckDB's error message for people: without its own excerpt, with what to do where that is known. */
export interface SqlExplanation {
  readonly message: string;
  readonly hint?: string;
}

/** Takes apart what DuckDB says. What it offers instead (`Candidate bindings: …`, `Did you mean …`) becomes the hint. */
export function explainSql(text: string): SqlExplanation {
  const extension = missingExtension(text);
  if (extension !== undefined) return { message: needing(text, extension), hint: extensionHint(extension) };
  if (/^INTERRUPT Error/.test(text)) return { message: 'The query was stopped before its end.' };
  const lines = text
    .replace(/\n+LINE \d+:[\s\S]*$/, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !offer.test(line));
  const message = lines
    .join('\n')
    .replace(/(at or near "[^\n"]*)\n[\s\S]*"$/, '$1…"')
    .replace(/^(Binder Error: )Values list (".*" does not have a column named)/, '$1$2')
    .replace(/^(Binder Error: .*) in FROM clause!$/m, '$1.');
  const hint = offered(text) ?? advice.find(([pattern]) => pattern.test(text))?.[1](text);
  return hint === undefined ? { message } : { message, hint };
}

/** What needs the extension, where DuckDB says it: a function's name, but not for a path that begins with `s3://`. */
function needing(text: string, extension: string): string {
  const named = /^.*is not in the catalog/m.exec(text)?.[0];
  const needed = `The DuckDB extension ${extension} is needed and is not installed.`;
  return named === undefined ? needed : `${named}. ${needed}`;
}

const offer = /^\s*(Candidate (bindings|tables|options)\s*:|Did you mean:? ")/;

/** Only what looks like the name that was written is worth asking for; other candidates are shown where they are the whole choice. */
function offered(text: string): string | undefined {
  const names = text
    .split('\n')
    .filter((line) => offer.test(line))
    .flatMap((line) => [...line.slice(line.search(/[:?"]/)).matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? ''));
  if (names.length === 0) return undefined;
  const wrong =
    /(?:column|table|parameter|option|named) "([^"]+)"/i.exec(text)?.[1] ?? /with name (\S+) does not/.exec(text)?.[1];
  const near =
    wrong === undefined
      ? undefined
      : didYouMean(wrong, [...names, ...names.flatMap((name) => name.split('.').at(-1) ?? [])]);
  if (near !== undefined) return `Did you mean "${near}"?`;
  if (!/Candidate/.test(text)) return undefined;
  return `DuckDB knows here: ${names.map((name) => `"${name}"`).join(', ')}.`;
}

const advice: readonly (readonly [RegExp, (text: string) => string | undefined])[] = [
  [
    /^Out of Memory Error/,
    () => 'Set `memory_limit` or `temp_directory` under `settings:` of the target, or run with fewer `--threads`.',
  ],
  [
    /Conflict|already been modified by another/,
    () => 'Another statement changed the same relation at the same time: run the command again.',
  ],
  [
    /at or near ";"/,
    () => 'A model is one SELECT without a semicolon: statements around it go into pre_hook and post_hook.',
  ],
  [
    /at or near "(create|insert|update|delete|drop|alter|copy|set|use|attach|merge|pragma|call)"/i,
    () => 'A model is one SELECT: eider writes its rows. Other statements go into pre_hook, post_hook or on-run-start.',
  ],
  [/No files found that match/, () => 'Check the path; relative ones begin at the folder of dbt_project.yml.'],
  [
    /Table with name "?([^\s"]+)"? does not exist/,
    () =>
      'A model or seed is named with {{ ref() }}; for a source that is a file, set `external_location` under `meta:` of its table.',
  ],
  [
    /Could not convert|invalid .* field format/i,
    () => 'Use try_cast(… as …) where a value may not fit, or correct the data.',
  ],
];
