import { withBlanks } from '../values/blanks.ts';
import { matchesOf } from '../values/large-text.ts';
import { spendText } from '../values/work.ts';

/** Entities of HTML that texts of people hold; Python knows all of the standard. */
const namedEntities: Readonly<Record<string, string>> = {
  amp: '&',
  AMP: '&',
  lt: '<',
  LT: '<',
  gt: '>',
  GT: '>',
  quot: '"',
  QUOT: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '\u00a9',
  reg: '\u00ae',
  trade: '\u2122',
  euro: '\u20ac',
  pound: '\u00a3',
  yen: '\u00a5',
  cent: '\u00a2',
  sect: '\u00a7',
  para: '\u00b6',
  deg: '\u00b0',
  plusmn: '\u00b1',
  micro: '\u00b5',
  middot: '\u00b7',
  bull: '\u2022',
  hellip: '\u2026',
  ndash: '\u2013',
  mdash: '\u2014',
  lsquo: '\u2018',
  rsquo: '\u2019',
  ldquo: '\u201c',
  rdquo: '\u201d',
  laquo: '\u00ab',
  raquo: '\u00bb',
  times: '\u00d7',
  divide: '\u00f7',
  larr: '\u2190',
  rarr: '\u2192',
  auml: '\u00e4',
  ouml: '\u00f6',
  uuml: '\u00fc',
  Auml: '\u00c4',
  Ouml: '\u00d6',
  Uuml: '\u00dc',
  szlig: '\u00df',
  eacute: '\u00e9',
  egrave: '\u00e8',
  agrave: '\u00e0',
  ccedil: '\u00e7',
};

/** The characters that stand behind the entities of a text. */
export function unescapeHtml(text: string): string {
  let result = '';
  let from = 0;
  // One by one: V8 keeps all matches of a call in one array, which texts of people do not fill.
  for (let start = text.indexOf('&'); start >= 0; start = text.indexOf('&', start + 1)) {
    entity.lastIndex = start;
    const found = entity.exec(text);
    if (found === null) continue;
    result += text.slice(from, start) + characterOf(found);
    from = entity.lastIndex;
  }
  return result + text.slice(from);
}

const entity = /&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|(\w+));/y;

function characterOf([whole, decimal, hex, name]: RegExpExecArray): string {
  if (name !== undefined) return Object.hasOwn(namedEntities, name) ? (namedEntities[name] ?? whole) : whole;
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\ufffd' : String.fromCodePoint(code);
}

const words = withBlanks(/\S+/g);

/** A text of HTML without its comments and tags, white space made single blanks, entities as their characters. */
export function stripTags(text: string): string {
  spendText(text.length);
  let kept = '';
  let from = 0;
  for (let start = text.indexOf('<'); start >= 0; start = text.indexOf('<', from)) {
    const isComment = text.startsWith('<!--', start);
    const end = isComment ? text.indexOf('-->', start + 4) : text.indexOf('>', start);
    if (end < 0) break;
    kept += text.slice(from, start);
    from = end + (isComment ? 3 : 1);
  }
  return unescapeHtml(matchesOf(kept + text.slice(from), words).join(' '));
}
