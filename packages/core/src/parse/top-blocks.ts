/** `{% tag name … %}` and its end at the top of a file. Positions are those of the text; white space beside `{%-` and `-%}` belongs to the tags. */
export interface TopBlock {
  readonly tag: string;
  readonly name: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

/** What cannot be read, and where it begins. */
export interface BlockMistake {
  readonly message: string;
  readonly hint: string;
  readonly index: number;
}

export interface TopBlocks {
  readonly blocks: readonly TopBlock[];
  /** Tags that stand outside of all blocks. */
  readonly strays: readonly Tag[];
  /** Blocks and strays before it are told all the same. */
  readonly mistake: BlockMistake | undefined;
}

interface Tag {
  readonly tag: string;
  readonly name: string | undefined;
  readonly start: number;
  readonly end: number;
}

/** What hides tags, and tags up to their names. dbt looks for blocks before Jinja reads anything, and knows no `{%+` there. */
const opening = /\{#|\{\{|(?:\s*\{%-|\{%)\s*([A-Za-z_]\w*)(?:\s+([A-Za-z_]\w*))?/g;
const rawBlock = /(?:\s*\{%-|\{%)\s*raw\s*(?:-%\}|%\})[\s\S]*?\{%-?\s*endraw\s*(?:-%\}\s*|%\})/y;
const quoted = /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"/y;
const endings = { '{{': /\s*\}\}|["']/g, '{%': /-%\}\s*|%\}|["']/g };
const flowOf: Readonly<Record<string, string>> = { endif: 'if', endfor: 'for' };

class Unreadable extends Error {
  readonly mistake: BlockMistake;
  constructor(mistake: BlockMistake) {
    super(mistake.message);
    this.mistake = mistake;
  }
}

/** The blocks of the given tags as dbt finds them in files of macros, snapshots and docs: at the top, one after another, each closed. */
export function topBlocks(text: string, tags: readonly string[]): TopBlocks {
  const blocks: TopBlock[] = [];
  const strays: Tag[] = [];
  const flow: Tag[] = [];
  let open: Tag | undefined;
  try {
    for (const tag of tagsOf(text)) {
      followFlow(flow, tag);
      if (tags.includes(tag.tag)) {
        checkTop(tag, flow.at(-1), open);
        open = tag;
      } else if (open !== undefined && tag.tag === `end${open.tag}`) {
        const { tag: kind, name, start, end: bodyStart } = open;
        blocks.push({ tag: kind, name, start, end: tag.end, bodyStart, bodyEnd: tag.start });
        open = undefined;
      } else if (open === undefined) strays.push(tag);
    }
    if (open !== undefined)
      fail(open, `${written(open)} is never closed.`, `Write {% end${open.tag} %} where it ends.`);
  } catch (failure) {
    if (!(failure instanceof Unreadable)) throw failure;
    return { blocks, strays, mistake: failure.mistake };
  }
  return { blocks, strays, mistake: undefined };
}

function followFlow(flow: Tag[], tag: Tag): void {
  if (tag.tag === 'if' || tag.tag === 'for') flow.push(tag);
  const expected = flowOf[tag.tag];
  if (expected === undefined) return;
  const last = flow.pop();
  if (last === undefined) fail(tag, `{% ${tag.tag} %} ends an {% ${expected} %} that is not there.`, 'Delete it.');
  else if (last.tag !== expected)
    fail(tag, `{% ${tag.tag} %} stands where {% end${last.tag} %} is due.`, `Write {% end${last.tag} %} before it.`);
}

function checkTop(tag: Tag, flow: Tag | undefined, open: Tag | undefined): void {
  if (flow !== undefined)
    fail(
      tag,
      `${written(tag)} stands inside of {% ${flow.tag} %}.`,
      'Move it to the top of the file, out of everything.',
    );
  if (open !== undefined)
    fail(tag, `${written(tag)} begins inside of ${written(open)}.`, `Write {% end${open.tag} %} before it.`);
}

function* tagsOf(text: string): Generator<Tag> {
  let at = 0;
  for (;;) {
    const found = matchFrom(opening, text, at);
    if (found === null) return;
    const [whole, tag, name] = found;
    const start = found.index;
    if (tag === undefined) at = whole === '{#' ? afterComment(text, start) : closing(text, start, '{{');
    else {
      at = tag === 'raw' ? afterRaw(text, start) : closing(text, start + whole.length, '{%', start);
      yield { tag, name, start, end: at };
    }
  }
}

function afterComment(text: string, start: number): number {
  const end = text.indexOf('#}', start + 2);
  return end === -1 ? unclosed(start, '{#', '#}') : end + 2;
}

function afterRaw(text: string, start: number): number {
  const found = matchFrom(rawBlock, text, start);
  return found === null ? unclosed(start, '{% raw %}', '{% endraw %}') : start + found[0].length;
}

/** Where an expression or a tag ends, which a text in it may seem to do. */
function closing(text: string, from: number, kind: keyof typeof endings, start = from): number {
  let at = kind === '{{' ? from + 2 : from;
  for (;;) {
    const found = matchFrom(endings[kind], text, at);
    if (found === null) return unclosed(start, kind, kind === '{{' ? '}}' : '%}');
    const [what] = found;
    if (what !== '"' && what !== "'") return found.index + what.length;
    const string = matchFrom(quoted, text, found.index);
    if (string === null) return unclosed(found.index, what, what);
    at = found.index + string[0].length;
  }
}

function matchFrom(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function unclosed(index: number, what: string, end: string): never {
  throw new Unreadable({ message: `This ${what} is never closed.`, hint: `Write ${end} where it ends.`, index });
}

function fail(tag: Tag, message: string, hint: string): never {
  throw new Unreadable({ message, hint, index: tag.start });
}

function written({ tag, name }: Tag): string {
  return `{% ${[tag, name].filter(Boolean).join(' ')} %}`;
}
