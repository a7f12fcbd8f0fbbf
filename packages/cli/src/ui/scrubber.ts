/** Takes secrets out of anything that is printed or written to a log. */
export interface Scrubber {
  scrub(text: string): string;
  /** More values to take out, in the spellings that they take on the way too; short ones (under four letters) would tear texts apart and stay. */
  add(values: Iterable<string>): void;
}

/** What stands in the place of a secret. */
export const mask = '*****';

const secretName =
  /secret|password|passwd|pwd|token|private|credential|authorization|cookie|signature|key_id|(access|account|api|encryption|shared)[-_]?key|connection_string|^(key|sig)$/i;

type Environment = Readonly<Record<string, string | undefined>>;

/** One for a command: what is found out late is taken out everywhere. */
const known = new WeakMap<Environment, Scrubber>();

/** The scrubber of a command. It knows the values of `DBT_ENV_SECRET_…` and `DBT_ENGINE_ENV_SECRET_…` variables, and whatever was added for this environment. */
export function createScrubber(env: Environment): Scrubber {
  const scrubber = known.get(env) ?? makeScrubber(env);
  known.set(env, scrubber);
  return scrubber;
}

function makeScrubber(env: Environment): Scrubber {
  let secrets: readonly string[] = [];
  const scrubber: Scrubber = {
    scrub: (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, mask), text),
    add(values) {
      const spelled = [...values].flatMap((value) => spellings(value.trim()));
      const all = new Set([...secrets, ...spelled.filter((value) => value.length >= 4)]);
      // Longest first: a secret that contains another is taken out whole.
      secrets = [...all].sort((a, b) => b.length - a.length);
    },
  };
  scrubber.add(
    Object.entries(env).flatMap(([name, value]) => (/^DBT_(ENGINE_)?ENV_SECRET_/.test(name) && value ? [value] : [])),
  );
  return scrubber;
}

/** A secret as it may stand in a URL, in base64, in JSON, in a text of SQL; of one with several lines, each line that is no mere word. */
function spellings(value: string): readonly string[] {
  if (value.length < 4) return [];
  const base64 = Buffer.from(value, 'utf8').toString('base64').replace(/=+$/, '');
  const lines = value.split(/\r?\n/).filter((line) => line.length >= 12);
  return [
    ...[value, value.replaceAll("'", "''"), ...inUrls(value)],
    ...[base64, base64.replaceAll('+', '-').replaceAll('/', '_'), ...inUrls(base64)],
    ...[value, ...lines].map((text) => JSON.stringify(text).slice(1, -1)),
  ];
}

/** As programs escape it: some leave more signs, some write a space as `+`, some write small letters. */
function inUrls(value: string): readonly string[] {
  const lax = encodeURIComponent(value);
  const strict = lax.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const all = [encodeURI(value), lax, strict].flatMap((text) => [text, text.replaceAll('%20', '+')]);
  return all.flatMap((text) => [text, text.replace(/%../g, (code) => code.toLowerCase())]);
}

/** The values inside profile secrets, settings and attachments whose names say that they are secret, and the secret parts of URLs and connection strings. */
export function secretValues(value: unknown, name = ''): readonly string[] {
  if (typeof value === 'string') return secretName.test(name) ? [value, ...credentials(value)] : secretParts(value);
  if (Array.isArray(value)) return value.flatMap((item) => secretValues(item, name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => secretValues(inner, key));
}

/** `Bearer …`, `Basic …`: what stands behind the word is the secret. And what a connection string holds. */
function credentials(value: string): readonly string[] {
  return [...(/^(?:bearer|basic|token)\s+(\S+)$/i.exec(value)?.slice(1) ?? []), ...secretParts(value)];
}

/** Passwords in `scheme://user:password@host`, and what is set to a name that says so: `password=…`, `?motherduck_token=…`, `AccountKey=…;`. */
function secretParts(text: string): readonly string[] {
  const ofUsers = [...text.matchAll(/[a-z][a-z0-9+.-]*:\/\/([^\s/@]*)@/gi)].flatMap(([, user = '']) => {
    const [, password] = /^[^:]*:(.*)$/.exec(user) ?? [];
    // A token may stand in the place of the user.
    return password === undefined ? (user.length >= 16 ? [user] : []) : [password];
  });
  const named = [...text.matchAll(/([\w.-]+)\s*=\s*(?:'([^']*)'|"([^"]*)"|([^\s;&'"]+))/g)].flatMap(
    ([, key = '', quoted, doubly, bare]) => (secretName.test(key) ? [quoted ?? doubly ?? bare ?? ''] : []),
  );
  return [...ofUsers, ...named].flatMap((part) => [part, decoded(part)]);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const secretEntry = /((?:^|[\s{,])["']?([\w-]+)["']?[ \t]*:[ \t]*)("[^"\n]*"|'[^'\n]*'|[^\s,}#"'[{|>&][^\n,}#]*)/g;

/** A profile's text with what stands behind secret-looking keys starred out, and the secret parts of URLs; columns kept. Templates stay: they name a secret and hold none. */
export function maskProfile(text: string): string {
  const named = text.replace(secretEntry, (entry, head: string, key: string, value: string) =>
    secretName.test(key) && !value.includes('{{') ? head + starred(value) : entry,
  );
  return secretParts(named).reduce(
    (rest, part) => (part === '' || part.includes('{{') ? rest : rest.replaceAll(part, starred(part))),
    named,
  );
}

function starred(text: string): string {
  return text.replace(/[^"'\s]/g, '*');
}
