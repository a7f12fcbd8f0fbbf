import type { Diagnostic, Place } from '../diagnostics.ts';
import { repr } from '../jinja/values/index.ts';
import type { Located } from '../project/located.ts';
import type { TestEntry } from './test-entry.ts';

/** Where an argument of a generic test is written, or the text that it is; the test itself where it has no place of its own. */
export function placeOfArgument(entry: Located, name: string): Place {
  const found = argumentPath(entry, name);
  if (found === undefined) return entry.place;
  const value = entry.get(...found);
  return typeof value?.value === 'string' ? value.textPlace : entry.at(...found);
}

function argumentPath(entry: Located, name: string): readonly string[] | undefined {
  const [[test] = ['']] = [...entry.entries()];
  const own = String(test);
  const paths = [[own, 'arguments', name], [own, name], ['arguments', name], [name]];
  return paths.find((path) => entry.get(...path) !== undefined);
}

/** Findings of a test's render: those that name an argument stand at it, and one without advice says what the test was given. */
export function atArguments(findings: readonly Diagnostic[], entry: Located, test: TestEntry): readonly Diagnostic[] {
  return findings.map((finding) => {
    const { place, hint } = finding;
    const isOwn = place?.file === entry.place.file && place.line === entry.place.line;
    const name = isOwn ? /has no argument "(\w+)"/.exec(finding.message)?.[1] : undefined;
    const path = name === undefined ? undefined : argumentPath(entry, name);
    const { trace: _, ...bare } = finding;
    const placed = path === undefined ? finding : { ...bare, place: entry.at(...path) };
    return hint === undefined && isOwn ? { ...placed, ...given(test) } : placed;
  });
}

function given({ args, name }: TestEntry): Pick<Diagnostic, 'hint'> {
  const words = Object.entries(args).map(([key, value]) => `${key}=${repr(value)}`);
  return words.length === 0 ? {} : { hint: `The test "${name}" was given ${words.join(', ')}.` };
}
