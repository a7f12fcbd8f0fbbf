import { didYouMean, didYouMeanHint } from '../near-names.ts';
import { kinds, owned, quoted } from './advice-words.ts';
import { filters } from './filters/index.ts';
import { tests } from './tests/index.ts';

/** What to tell people about a failed template: in words that need no knowledge of Jinja's parser or of Python. */
export interface Advice {
  readonly message: string;
  readonly hint?: string;
  /** Jinja's or Python's words, where the message has others. */
  readonly said?: string;
}

/** What an error of a template knows beside its words. */
export interface TemplateFailure {
  /** Jinja's or Python's words. */
  readonly message: string;
  /** The tag that opened the block in question, and its line. */
  readonly opened?: { readonly tag: string; readonly place: { readonly line: number } } | undefined;
  /** What would have been a right name. */
  readonly names?: readonly string[];
  /** `file:line:column` of the call that led into the macro that failed. */
  readonly caller?: string | undefined;
}

interface Words {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** What a pattern says of the words that it found; a text alone keeps Jinja's words and adds what to do. */
type Row = readonly [RegExp, (found: readonly string[], failure: TemplateFailure) => Words | string];

/** The words for a template that cannot be read. */
export function syntaxAdvice(failure: TemplateFailure): Advice {
  return advise(syntax, failure);
}

/** The words for a template that failed while it was rendered. */
export function renderAdvice(failure: TemplateFailure): Advice {
  return advise(render, failure);
}

function advise(rows: readonly Row[], failure: TemplateFailure): Advice {
  for (const [pattern, say] of rows) {
    const match = pattern.exec(failure.message);
    if (match === null) continue;
    const words = say(match.slice(1), failure);
    const { hint, message } = typeof words === 'string' ? { message: failure.message, hint: words } : words;
    return {
      message,
      ...(hint !== undefined && hint !== '' && { hint }),
      ...(!message.includes(failure.message) && { said: failure.message }),
    };
  }
  return { message: failure.message };
}

const tags =
  'if elif else endif for endfor set endset macro endmacro call endcall do filter endfilter with endwith raw test snapshot docs'.split(
    ' ',
  );
const blockEnds = new Set(tags.filter((tag) => tag.startsWith('end') || tag === 'else' || tag === 'elif'));

const syntax: readonly Row[] = [
  [
    /^Unexpected end of template\./,
    (_, { opened }) => ({
      message: opened === undefined ? 'The template ends too early.' : `{% ${opened.tag} %} is never closed.`,
      hint: opened === undefined ? undefined : `Write {% end${opened.tag} %} where it ends.`,
    }),
  ],
  [
    /^Encountered unknown tag '(\w+)'/,
    ([tag = ''], { opened }) => {
      if (!blockEnds.has(tag) && !tag.startsWith('end')) return unknownTag(tag);
      if (opened === undefined) {
        return {
          message: `{% ${tag} %} stands where nothing is open.`,
          hint: 'Take it out, or write the tag that it belongs to before it.',
        };
      }
      return {
        message: `{% ${tag} %} comes while {% ${opened.tag} %} of line ${opened.place.line} is still open.`,
        hint: `Close {% ${opened.tag} %} with {% end${opened.tag} %} before it.`,
      };
    },
  ],
  [/^No (filter|test) named '(\w+)'/, ([kind = '', name = '']) => noSuch(kind, name)],
  [
    /^expected token 'end of statement block', got 'if'/,
    () => ({ message: '{% else if %} is no tag.', hint: 'Write {% elif … %}.' }),
  ],
  [
    /^expected token 'end of statement block', got '='/,
    () => ({
      message: 'A single = stands where a comparison is expected.',
      hint: 'Compare with ==; {% set name = … %} gives a name a value.',
    }),
  ],
  [
    /^expected token 'in', got '(.+)'/,
    ([got = '']) => ({
      message: `Expected \`in\` here, found \`${token(got)}\`.`,
      hint: 'Write {% for one in list %}.',
    }),
  ],
  [
    /^expected token ':', got '(.+)'/,
    ([got = '']) => ({
      message: `Expected \`:\` of a dictionary here, found \`${token(got)}\`.`,
      hint: 'Inside {{ … }} and {% … %} a value stands without braces of its own: ref(name), not ref({{ name }}).',
    }),
  ],
  [
    /^expected token '\(', got 'end of statement block'/,
    () => ({ message: 'The brackets of the parameters are missing.', hint: 'Write {% macro name() %}.' }),
  ],
  [
    /^expected token ',', got '(.+)'/,
    ([got = '']) => ({
      message: `Expected \`,\` here, found \`${token(got)}\`.`,
      hint: 'Put a comma between the items, or close the bracket that is open.',
    }),
  ],
  [
    /^expected token '(.+)', got '(.+)'/,
    ([wanted = '', got = '']) => ({
      message: `Expected ${expected(wanted)} here, found \`${token(got)}\`.`,
      hint: closings[wanted],
    }),
  ],
  [
    /^unexpected '(end of .+)'/,
    ([end = '']) => ({
      message: `Something is missing before \`${token(end)}\`.`,
      hint: 'Complete the expression, or take the last operator or comma out.',
    }),
  ],
  [
    /^unexpected '(.)', expected '(.)'/,
    ([got = '', wanted = '']) => ({
      message: `A bracket is not closed: expected \`${wanted}\` before this \`${got}\`.`,
      hint: `Write the missing \`${wanted}\`.`,
    }),
  ],
  [
    /^unexpected '>'/,
    () => ({ message: 'A comparison is missing before this >.', hint: 'Unequal is written != in templates, not <>.' }),
  ],
  [
    /^non-default argument follows default argument/,
    () => ({
      message: 'A parameter without a default stands behind one with a default.',
      hint: 'Put it in front, or give it a default too.',
    }),
  ],
  [
    /^unexpected '([)\]}])'$/,
    ([got = '']) => ({
      message: `This \`${got}\` closes nothing.`,
      hint: 'Take it out, or open its bracket before it.',
    }),
  ],
  [
    /^unexpected char (?:"'"|'"') at/,
    () => ({ message: 'The quote that opens here is never closed.', hint: 'Close it with the same kind of quote.' }),
  ],
  [
    /^unexpected char '(.+)' at/,
    ([character = '']) => ({
      message: `The character ${character} means nothing in a template's expression.`,
      hint: operators[character.replace(/^['"]|['"]$/g, '')] ?? 'Take it out, or put the text in quotes.',
    }),
  ],
  [
    /^unexpected end of template/,
    () => ({
      message: 'The template ends inside a tag or an expression.',
      hint: 'Close it: {{ … }} with }}, {% … %} with %}.',
    }),
  ],
  [
    /^Missing end of comment tag/,
    () => ({ message: 'The comment that begins here is never closed.', hint: 'Close it with #}.' }),
  ],
  [
    /^Missing end of raw directive/,
    () => ({ message: '{% raw %} is never closed.', hint: 'Close it with {% endraw %}.' }),
  ],
];

/** What people write whose languages have other signs. */
const operators: Readonly<Record<string, string>> = {
  '&': 'Join conditions with `and`.',
  '!': 'Negate with `not`; unequal is !=.',
  '?': 'Write `a if condition else b`.',
  $: 'Names stand alone here: no $ in front.',
};

const closings: Readonly<Record<string, string>> = {
  'end of print statement':
    'Close the expression with }}, or put a comma or an operator between its parts. Statements such as set and if are written {% … %}.',
  'end of statement block': 'Close the tag with %}, or put a comma or an operator between its parts.',
};

const render: readonly Row[] = [
  [
    /^'None' has no attribute '(table|columns|rows|columns_names)'/,
    () => ({
      message: 'There is no result of a query here: it is None.',
      hint: 'Queries are not asked while the project is parsed: put what reads their result inside {% if execute %} … {% endif %}.',
    }),
  ],
  [
    /^'(.+?)(?: object)?' has no attribute '(.+)'/,
    ([owner = '', name = ''], { names = [] }) => ({
      message: `${owned[owner] ?? `A ${owner}`} has no "${name}".`,
      hint: didYouMeanHint(name, names) ?? nonePassed(owner),
    }),
  ],
  [
    /^macro '(.+)' is missing (.+)/,
    ([macro = '', missing = ''], { names = [] }) => ({
      message: `${callable(macro)} is called without ${quoted(missing.split(', '))}.`,
      hint: parameters(names),
    }),
  ],
  [
    /^macro '(.+)' takes no keyword argument '(.+)'/,
    ([macro = '', name = ''], { names = [] }) => ({
      message: names.includes(name)
        ? `${callable(macro)} gets its argument "${name}" twice: by its place and by its name.`
        : `${callable(macro)} has no argument "${name}".`,
      hint: didYouMeanHint(name, names) ?? parameters(names),
    }),
  ],
  [
    /^macro '(.+)' takes not more than (\d+) argument\(s\)/,
    ([macro = '', count = ''], { names = [] }) => ({
      message: `${callable(macro)} takes ${count === '0' ? 'no arguments' : `at most ${count} ${count === '1' ? 'argument' : 'arguments'}`}, and gets more.`,
      hint: parameters(names),
    }),
  ],
  [
    /^parameter '(.+)' was not provided/,
    ([name = ''], { caller }) => ({
      message: `The argument "${name}" was not given.`,
      hint: `Give it ${caller === undefined ? 'in the call' : `in the call at ${caller}`}, or give the parameter a default: ${name}=none.`,
    }),
  ],
  [
    /^(?:sync_)?do_(\w+)\(\) (.+)/,
    ([filter = '', words = '']) => ({ message: `The filter "${filter}": ${words}.`, hint: undefined }),
  ],
  [/^No (filter|test) named '(\w+)' found/, ([kind = '', name = '']) => noSuch(kind, name)],
  [
    /^no loader for this environment specified/,
    () => ({
      message: 'include, import and extends cannot be used: dbt gives templates no other templates to load.',
      hint: 'Put macros under macros/: every template knows them by their names.',
    }),
  ],
  [
    /^maximum recursion depth exceeded/,
    () => ({
      message: 'The macros call one another without an end.',
      hint: 'Let one of them stop: put the call inside an {% if … %}.',
    }),
  ],
  [
    /^can only concatenate str/,
    () => 'Join texts with ~, which takes values of every type; reckon with numbers: … | int, … | float.',
  ],
  [
    /^(integer )?division by zero|^(integer )?modulo by zero/,
    () => ({ message: 'The expression divides by zero.', hint: 'Test the divisor with {% if … %} first.' }),
  ],
  [
    /^list object has no element (-?\d+)/,
    ([index = '']) => ({
      message: `The list has no item ${index}.`,
      hint: 'Items count from 0; ask `list | length` first.',
    }),
  ],
  [
    /^(too many|not enough) values to unpack \(expected (\d+)/,
    ([, count = '']) => ({
      message: `The value does not consist of ${count} parts, one for each name.`,
      hint: 'Keys and values of a mapping: {% for key, value in mapping.items() %}.',
    }),
  ],
  [
    /^(\w+)\(\) got an unexpected keyword argument '(\w+)'/,
    ([name = '', argument = ''], { names = [] }) => ({
      message: `${name}() has no argument "${argument}".`,
      hint: didYouMeanHint(argument, names) ?? (names.length === 0 ? 'Take it out.' : parameters(names)),
    }),
  ],
  [
    /^'(str|list|dict|int|float|bool|NoneType|tuple|decimal\.Decimal)' object is not callable/,
    ([type = '']) => ({
      message: `${kinds[type] ?? 'This value'} stands before the brackets, and only macros and functions can be called.`,
      hint: 'Take the brackets away; an item of a list or a dict is written value[key].',
    }),
  ],
  [
    /^unsupported operand type\(s\) for (\S+): '([\w.]+)' and '([\w.]+)'/,
    ([operator = '', ...types]) => ({
      message: `${operator} does not go with ${types.map((type) => (kinds[type] ?? type).toLowerCase()).join(' and ')}.`,
      hint: types.includes('str')
        ? 'Join texts with ~, which takes values of every type; make numbers of texts with … | int, … | float.'
        : types.includes('NoneType')
          ? 'Give the value that is None a default, or test it with {% if … is not none %}.'
          : undefined,
    }),
  ],
  [
    /^'([^']+)'$/,
    ([name = ''], { names = [] }) => ({
      message: `There is no "${name}" here.`,
      hint: didYouMeanHint(name, names) ?? (names.length === 0 ? undefined : `There are: ${names.join(', ')}.`),
    }),
  ],
  [
    /^agate\.MappedSequence object has no element (-?\d+)/,
    ([index = '']) => ({
      message: `The result has no row or column ${index}.`,
      hint: 'They count from 0, and a query may give none: ask `result.rows | length` first.',
    }),
  ],
  [/^return\(\) is called outside of a macro/, () => 'Print the value with {{ … }}: return() leaves a macro.'],
];

function nonePassed(owner: string): string | undefined {
  return owner === 'None'
    ? 'The value before the dot is None here: give it a default, or test it with {% if … %}.'
    : undefined;
}

/** `test_t` is written `t` in property files. */
function callable(macro: string): string {
  return macro.startsWith('test_') ? `The test "${macro.slice(5)}"` : `The macro "${macro}"`;
}

function parameters(names: readonly string[]): string {
  return names.length === 0 ? 'It has no parameters.' : `Its parameters: ${names.join(', ')}.`;
}

function noSuch(kind: string, name: string): Words {
  const near = didYouMeanHint(name, Object.keys(kind === 'filter' ? filters : tests));
  const isNull = kind === 'test' && name.toLowerCase() === 'null';
  return { message: `There is no ${kind} "${name}".`, hint: isNull ? 'Write `is none`.' : near };
}

function unknownTag(tag: string): Words {
  if (tag === 'return') return { message: 'return is no tag.', hint: 'Write {{ return(…) }} or {% do return(…) %}.' };
  if (tag === 'snapshot')
    return {
      message: 'A snapshot cannot be defined here.',
      hint: 'Move it into a file of a folder of snapshot-paths.',
    };
  if (tag === 'data_test') return { message: 'data_test is no tag.', hint: 'Write {% test … %} … {% endtest %}.' };
  const near = didYouMean(tag, tags);
  return {
    message: `There is no tag {% ${tag} %}.`,
    hint:
      near === undefined
        ? 'A call for its effect is written {% do … %}, a value that is printed {{ … }}.'
        : `Did you mean {% ${near} %}?`,
  };
}

const tokens: Readonly<Record<string, string>> = {
  'begin of statement block': '{%',
  'end of statement block': '%}',
  'begin of print statement': '{{',
  'end of print statement': '}}',
};

/** Jinja's name of a token as it is written. */
function token(name: string): string {
  return tokens[name] ?? name;
}

function expected(name: string): string {
  return /^(name|string|integer)$/.test(name) ? `a ${name}` : `\`${token(name)}\``;
}
