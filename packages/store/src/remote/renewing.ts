/** Keys for requests, for good or until they expire. */
export interface Expiring {
  readonly expires?: Date;
}

/** Gives keys, new ones before they expire; null where there are none. What was given before as `stale` is looked for anew. Throws StoreError. */
export type Find<K extends Expiring> = (stale?: K) => Promise<K | null>;

/** What requests are signed with: asked before each try, so that expiring keys may be renewed; null sends them unsigned. `stale`: what the server says has run out. */
export type Credentials<K extends Expiring> = (stale?: K) => Promise<K | null> | K | null;

/** One way of finding keys for each identity, so that nothing is asked twice. */
export function findOnce<K extends Expiring>(): (identity: string, ask: () => Promise<K | null>) => Find<K> {
  const known = new Map<string, Find<K>>();
  return (identity, ask) => {
    const found = known.get(identity) ?? renewing(ask);
    known.set(identity, found);
    return found;
  };
}

/** Milliseconds before their end from which keys are not used any more. */
const margin = 5 * 60_000;

/** Asks once for all who wait, and again when the keys are about to expire. */
export function renewing<K extends Expiring>(ask: () => Promise<K | null>): Find<K> {
  let held: Promise<K | null> | undefined;
  return async (stale) => {
    const known = held;
    const keys = await known;
    if (keys !== undefined && keys !== stale && isFresh(keys)) return keys;
    // Somebody else may have asked meanwhile.
    if (held === known) {
      const asked = ask().catch((cause: unknown) => {
        // What is left of the old keys' time is left for asking again.
        if (keys !== stale && keys?.expires !== undefined && keys.expires.getTime() > Date.now()) return keys;
        throw cause;
      });
      held = asked;
      asked.catch(() => {
        if (held === asked) held = undefined;
      });
    }
    return await (held as Promise<K | null>);
  };
}

function isFresh(keys: Expiring | null): boolean {
  return keys?.expires === undefined || keys.expires.getTime() - Date.now() > margin;
}

/** Keys in the place of those that a server says have run out; undefined where there are no others. */
export async function otherKeys<K extends Expiring>(find: Credentials<K>, stale: K | null): Promise<K | undefined> {
  const found = stale === null ? null : await find(stale);
  return found === null || withoutTime(found) === withoutTime(stale) ? undefined : found;
}

function withoutTime(keys: Expiring | null): string {
  return JSON.stringify({ ...keys, expires: undefined });
}
