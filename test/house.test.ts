import { expect, test } from 'vitest';
import { functionSpans } from './function-spans.ts';
import { packageSources } from './source-files.ts';

// The sizes at which a file or a function can still be read in one go.
const longestFile = 400;
const longestFunction = 60;

const sources = packageSources();
const written = sources.filter((file) => !file.path.endsWith('.test.ts'));

test(`no source file has more than ${longestFile} lines`, () => {
  const long = sources
    .map((file) => ({ path: file.path, lines: file.text.split('\n').length - 1 }))
    .filter((file) => file.lines > longestFile);
  expect(long.map((file) => `${file.path}: ${file.lines} lines`)).toEqual([]);
});

test(`no function has more than ${longestFunction} lines`, () => {
  const long = written.flatMap((file) =>
    functionSpans(file.text)
      .filter((span) => span.lines > longestFunction)
      .map((span) => `${file.path}:${span.line} ${span.name}: ${span.lines} lines`),
  );
  expect(long).toEqual([]);
});

test('files are small on the whole', () => {
  const sizes = written.map((file) => file.text.split('\n').length).sort((a, b) => a - b);
  expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(100);
});

test('file names are kebab-case and none is a drawer for odds and ends', () => {
  const odd = sources
    .map((file) => file.path)
    .filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/.test(path.split('/').at(-1) ?? ''));
  expect(odd).toEqual([]);
  expect(
    sources.filter((file) => /\/(utils?|helpers?|misc|common)(\.|\/)/.test(file.path)).map((file) => file.path),
  ).toEqual([]);
});

test('no marks of unfinished work and no silenced types', () => {
  const marks = written.flatMap((file) =>
    /\b(TODO|FIXME|XXX)\b|@ts-(ignore|nocheck|expect-error)/.test(file.text) ? [file.path] : [],
  );
  expect(marks).toEqual([]);
});

test('the scanner finds declarations, methods and arrows, and is not misled by texts', () => {
  const source = [
    'export function plain(a: string): void {',
    '  if (a) {',
    "    say('{');",
    '  }',
    '}',
    'class Box {',
    '  open(): { readonly lid: string } {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the scanned text holds a template
    '    return { lid: `${{ a: 1 }.a} {` };',
    '  }',
    '  #shut<T>(value: T): Promise<T> {',
    '    return Promise.resolve(value); // }',
    '  }',
    '}',
    'const arrow = (x: number): number => {',
    '  const pattern = /[{]/;',
    '  return pattern.test(String(x)) ? 1 : 0;',
    '};',
    'const data = { a: { b: 1 } };',
    'function made(): Box {',
    '  return new Box();',
    '}',
    'class Other extends Box {',
    '  size = 1;',
    '}',
    'list.map(() => {',
    '  return data;',
    '});',
  ].join('\n');
  expect(functionSpans(source).map((span) => `${span.name} ${span.line} ${span.lines}`)).toEqual([
    'plain 1 5',
    'open 7 3',
    '#shut 10 3',
    'arrow 14 4',
    'made 19 3',
    'arrow 25 3',
  ]);
});
