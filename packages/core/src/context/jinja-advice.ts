import { filters } from '../jinja/filters/index.ts';
import { didYouMean, didYouMeanHint } from '../near-names.ts';

const tags =
  'if elif else endif for endfor set endset macro endmacro call endcall do filter endfilter with endwith raw test snapshot docs';

/** What to do about a template that cannot be read, for the mistakes that people make; undefined for others. */
export function syntaxAdvice(message: string): string | undefined {
  for (const [pattern, advise] of advice) {
    const match = pattern.exec(message);
    if (match !== null) return advise(match[1] ?? '');
  }
  return undefined;
}

const advice: readonly (readonly [RegExp, (found: string) => string | undefined])[] = [
  [/innermost block that needs to be closed is '(\w+)'/, (tag) => `Close it with {% end${tag} %}.`],
  [/unknown tag '(\w+)'/, (tag) => near(tag, tags.split(' '), (name) => `Did you mean {% ${name} %}?`)],
  [/No filter named '(\w+)'/, (name) => didYouMeanHint(name, Object.keys(filters))],
  [
    /expected token 'end of print statement'/,
    () => 'Close the expression with }}, or put a comma or an operator between its parts.',
  ],
  [
    /expected token 'end of statement block'/,
    () => 'Close the tag with %}, or put a comma or an operator between its parts.',
  ],
  [/unexpected 'end of (?:print statement|statement block)'/, () => 'Something is missing before the end of this tag.'],
  [/unexpected (?:char|'[})\]]')/, () => 'Check the brackets, quotes and operators before it.'],
];

function near(name: string, names: readonly string[], say: (name: string) => string): string | undefined {
  const found = didYouMean(name, names);
  return found === undefined ? undefined : say(found);
}
