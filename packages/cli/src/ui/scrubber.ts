/** Takes secrets out of anything that is printed or written to a log. */
export interface Scrubber {
  scrub(text: string): string;
  /** More values to take out; short ones (under four letters) would tear texts apart and stay. */
  add(values: Iterable<string>): void;
}

/** What stands in the place of a secret. */
export const mask = '*****';

const secretName = /secret|password|passwd|token|private|credential|key_id|access_key|api_key|connection_string|^key$/i;

/** A scrubber that knows the values of `DBT_ENV_SECRET_…` and `DBT_ENGINE_ENV_SECRET_…` variables. */
export function createScrubber(env: Readonly<Record<string, string | undefined>>): Scrubber {
  let secrets: readonly string[] = [];
  const scrubber: Scrubber = {
    scrub: (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, mask), text),
    add(values) {
      const known = new Set([
        ...secrets,
        ...[...values].map((value) => value.trim()).filter((value) => value.length >= 4),
      ]);
      // Longest first: a secret that contains another is taken out whole.
      secrets = [...known].sort((a, b) => b.length - a.length);
    },
  };
  scrubber.add(
    Object.entries(env).flatMap(([name, value]) => (/^DBT_(ENGINE_)?ENV_SECRET_/.test(name) && value ? [value] : [])),
  );
  return scrubber;
}

/** The values inside profile secrets, settings and attachments whose names say that they are secret. */
export function secretValues(value: unknown, name = ''): readonly string[] {
  if (typeof value === 'string') return secretName.test(name) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => secretValues(item, name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => secretValues(inner, key));
}

const secretEntry = /((?:^|[\s{,])["']?([\w-]+)["']?[ \t]*:[ \t]*)("[^"\n]*"|'[^'\n]*'|[^\s,}#"'][^\n,}#]*)/g;

/** A profile's text with what stands behind secret-looking keys starred out, columns kept. Templates stay: they name a secret and hold none. */
export function maskProfile(text: string): string {
  return text.replace(secretEntry, (entry, head: string, key: string, value: string) =>
    secretName.test(key) && !value.includes('{{') && !/^[[{|>&]/.test(value)
      ? head + value.replace(/[^"'\s]/g, '*')
      : entry,
  );
}
