/** What the characters of a text allow: as YAML without quotes, in single quotes, as a literal block. */
export interface ScalarTraits {
  readonly isMultiline: boolean;
  readonly allowsPlain: boolean;
  readonly allowsSingleQuotes: boolean;
  readonly allowsBlock: boolean;
}

const breaks = '\\n\\x85\\u2028\\u2029';
const leading = new RegExp(`^[ ${breaks}]`, 'u');
const trailing = new RegExp(`[ ${breaks}]$`, 'u');
const multiline = new RegExp(`[${breaks}]`, 'u');
const breakThenSpace = new RegExp(`[${breaks}] `, 'u');
const spaceThenBreak = new RegExp(` [${breaks}]`, 'u');
const special = /[^\n\x20-\x7e]/u;
const blank = '(?=[\\0 \\t\\r\\n\\x85\\u2028\\u2029]|$)';
/** What is an indicator at the beginning of a block scalar, and what is one inside. */
const indicator = new RegExp(
  `^(?:---|\\.\\.\\.|[#,[\\]{}&*!|>'"%@\`]|[?:-]${blank})|:${blank}|[\\0 \\t\\r\\n\\x85\\u2028\\u2029]#`,
  'u',
);

/** Looks at a text as PyYAML does for a block style without Unicode. */
export function traitsOf(text: string): ScalarTraits {
  const isMultiline = multiline.test(text);
  const isOdd = spaceThenBreak.test(text) || special.test(text);
  const isSpaced = text !== '' && (leading.test(text) || trailing.test(text));
  return {
    isMultiline,
    allowsPlain: !isSpaced && !isOdd && !isMultiline && !indicator.test(text),
    allowsSingleQuotes: !isOdd && !breakThenSpace.test(text),
    allowsBlock: text !== '' && !isOdd && !text.endsWith(' '),
  };
}

/** What a text without quotes stands for in YAML 1.1, by PyYAML's patterns. */
const types: readonly (readonly [tag: string, pattern: RegExp])[] = [
  ['bool', /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/],
  [
    'float',
    /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  ],
  [
    'int',
    /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][\d_]*)|[-+]?0x[\da-fA-F_]+|[-+]?[1-9][\d_]*(?::[0-5]?\d)+)$/,
  ],
  ['merge', /^<<$/],
  ['null', /^(?:~|null|Null|NULL|)$/],
  [
    'timestamp',
    /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/,
  ],
  ['value', /^=$/],
  ['yaml', /^[!&*]$/],
];

/** The type that a text without quotes has. */
export function plainType(text: string): string {
  return types.find(([, pattern]) => pattern.test(text))?.[0] ?? 'str';
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

/** How a character stands in double quotes; null for one that stands as it is. */
export function escaped(character: string): string | null {
  const short = escapes[character];
  if (short !== undefined) return `\\${short}`;
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code <= 0x7e) return null;
  const [letter, digits] = code <= 0xff ? ['x', 2] : code <= 0xffff ? ['u', 4] : ['U', 8];
  return `\\${letter}${code.toString(16).toUpperCase().padStart(Number(digits), '0')}`;
}
