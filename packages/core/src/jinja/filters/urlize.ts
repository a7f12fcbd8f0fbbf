import { withBlanks } from '../values/blanks.ts';
import { matchesOf } from '../values/large-text.ts';
import { escapeHtml } from '../values/markup.ts';
import { spend } from '../values/work.ts';

/** How links are made. `limit`: characters of the shown address; `schemes`: beyond http, https and mailto. */
export interface UrlizeOptions {
  readonly limit: number | null;
  readonly relations: readonly string[];
  readonly target: string | null;
  readonly schemes: readonly string[];
}

const httpAddress =
  /^((https?:\/\/|www\.)(([\w%-]+\.)+)?([a-z]{2,63}|xn--[\w%]{2,59})|([\w%-]{2,63}\.)+(com|net|int|edu|gov|org|info|mil)|(https?:\/\/)((([\d]{1,3})(\.[\d]{1,3}){3})|(\[([\da-f]{0,4}:){2}([\da-f]{0,4}:?){1,6}\])))(?::[\d]{1,5})?(?:[/?#]\S*)?$/i;
const mailAddress = /^\S+@\w[\w.-]*\.\w+$/;

const words = withBlanks(/\s+|\S+/g);

/** Jinja's `urlize`: turns addresses in a text that is escaped already into links. */
export function urlize(text: string, options: UrlizeOptions): string {
  return matchesOf(text, words)
    .map((word) => linked(word, options))
    .join('');
}

function linked(word: string, options: UrlizeOptions): string {
  // What looks for the end of an address may begin anew at each character.
  spend(16 + word.length ** 2 / 64);
  const head = /^([(<]|&lt;)+/.exec(word)?.[0] ?? '';
  const rest = word.slice(head.length);
  const [tail = ''] = /([)>.,\n]|&gt;)+$/.exec(rest) ?? [];
  const { middle, end } = balanced(rest.slice(0, rest.length - tail.length), tail);
  return head + link(middle, options) + end;
}

/** Brackets that were opened inside the address belong to it. */
function balanced(middle: string, tail: string): { readonly middle: string; readonly end: string } {
  let inside = middle;
  let end = tail;
  for (const [open, close] of [
    ['(', ')'],
    ['<', '>'],
    ['&lt;', '&gt;'],
  ] as const) {
    const opened = inside.split(open).length - 1;
    if (opened <= inside.split(close).length - 1) continue;
    for (let i = 0; i < Math.min(opened, end.split(close).length - 1); i += 1) {
      const cut = end.indexOf(close) + close.length;
      inside += end.slice(0, cut);
      end = end.slice(cut);
    }
  }
  return { middle: inside, end };
}

function link(address: string, options: UrlizeOptions): string {
  if (httpAddress.test(address)) {
    const url = /^https?:\/\//.test(address) ? address : `https://${address}`;
    return anchor(url, shown(address, options.limit), options);
  }
  if (address.startsWith('mailto:') && mailAddress.test(address.slice(7))) {
    return anchor(address, address.slice(7), { ...options, relations: [], target: null });
  }
  const isMail = address.includes('@') && !address.startsWith('www.') && !address.includes(':');
  if (isMail && mailAddress.test(address)) {
    return anchor(`mailto:${address}`, address, { ...options, relations: [], target: null });
  }
  const scheme = options.schemes.find((one) => address !== one && address.startsWith(one));
  return scheme === undefined ? address : anchor(address, address, options);
}

function anchor(url: string, text: string, options: UrlizeOptions): string {
  const relations = [...new Set(options.relations)].sort().join(' ');
  const relation = relations === '' ? '' : ` rel="${escapeHtml(relations)}"`;
  const target = options.target === null ? '' : ` target="${escapeHtml(options.target)}"`;
  return `<a href="${url}"${relation}${target}>${text}</a>`;
}

function shown(text: string, limit: number | null): string {
  return limit !== null && text.length > limit ? `${text.slice(0, limit)}...` : text;
}
