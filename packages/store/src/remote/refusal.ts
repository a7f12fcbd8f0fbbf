import { type StoreCode, StoreError } from '../errors.ts';
import type { RemoteAnswer } from './exchange.ts';

/** What an answer of a server means. */
export interface Meaning {
  /** Meets the server's name of the trouble and the status: `NoSuchKey 404`; the name may be empty. */
  readonly when: RegExp;
  readonly code: StoreCode;
  readonly hint: string | ((said: Said) => string);
  /** Ends the message. */
  readonly more?: (headers: Headers) => string;
}

/** A server's refusal, read. */
export interface Said {
  readonly name: string;
  /** The server's own words; may be empty. */
  readonly text: string;
  readonly headers: Headers;
  /** The body, as text. */
  readonly body: string;
}

/** An upload that somebody took away before its end, whatever a server calls that. */
export const takenBack: Pick<Meaning, 'code'> & { readonly hint: string } = {
  code: 'store/failed',
  hint: 'Something took back the upload before its end: try again.',
};

/** A wrong clock, whatever a server calls that. */
export const wrongClock: Omit<Meaning, 'when'> = {
  code: 'store/denied',
  hint: "Set this machine's clock: the server refuses requests that are minutes off.",
  more: skew,
};

const usual: readonly Meaning[] = [
  { when: / 404$/, code: 'store/not-found', hint: 'Check the key.' },
  { when: / 40[13]$/, code: 'store/denied', hint: 'Give these keys the right to list, read, write and delete there.' },
  { when: / 507$/, code: 'store/full', hint: 'Free some room on the server.' },
  { when: /./, code: 'store/failed', hint: 'Try again; if it stays so, look at the server.' },
];

/** A refusal as an error: the first meaning that fits, else what the status means everywhere. `more` ends the message. */
export function refusalOf(
  { doing, meanings, more }: { readonly doing: string; readonly meanings: readonly Meaning[]; readonly more: string },
  said: Said,
  { status }: RemoteAnswer,
): StoreError {
  const text = said.text || plainText(said.body);
  const reason = [said.name === '' ? `HTTP ${status}` : said.name, text].filter((part) => part !== '').join(': ');
  const known = wantsTls.test(text)
    ? tlsWanted
    : [...meanings, ...usual].find(({ when }) => when.test(`${said.name} ${status}`));
  if (known === undefined) throw new Error('bug: the last meaning fits all');
  const { code, hint, more: end = () => '' } = known;
  const message = `Could not ${doing}: ${reason}${more}${end(said.headers)}`;
  return new StoreError(code, message, typeof hint === 'string' ? hint : hint(said));
}

/** What servers of Go (MinIO) and nginx say at a port for TLS. */
const wantsTls = /plain HTTP request|HTTP request to an HTTPS/i;

const tlsWanted: Omit<Meaning, 'when'> = {
  code: 'store/failed',
  hint: 'The server speaks TLS there: set `use_ssl: true`.',
};

/** What a body says that is no document of the protocol: its title, or its one line. */
function plainText(body: string): string {
  const title = /<title>([^<]{1,200})<\/title>/i.exec(body)?.[1];
  return title ?? /^\s*([^<\n]{1,200})\s*$/.exec(body)?.[1] ?? '';
}

/** How far this machine's clock is off, by what the server wrote on its answer. */
function skew(headers: Headers): string {
  const ahead = Date.now() - Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(ahead)) return '';
  const minutes = Math.abs(ahead) / 60_000;
  return ` This machine's clock is ${minutes.toFixed(minutes < 10 ? 1 : 0)} minutes ${ahead > 0 ? 'ahead of' : 'behind'} the server's.`;
}
