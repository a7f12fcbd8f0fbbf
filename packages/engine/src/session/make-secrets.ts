import { EiderError, error, type Target } from '@eider/core';
import { environmentAccess, StoreError } from '@eider/store';
import { gcsAccessBy, isHmac } from './gcs-access.ts';
import { applyEntry, placeOfEntry } from './profile-entry.ts';
import { isChain, isS3, usualRegion } from './s3-access.ts';
import { isOfType, textOf } from './secret-scope.ts';
import { secretStatement } from './secrets.ts';
import type { Connection } from './session.ts';

type Secret = Target['secrets'][number];
type Environment = Readonly<Record<string, string | undefined>>;

/** Milliseconds before keys expire at which secrets are made anew; and the least and the most that a timer waits. */
const margin = 5 * 60_000;
const [leastWait, mostWait] = [20_000, 24 * 3600_000];

/**
 * Makes one secret of a profile in a DuckDB, and gives when its keys expire, if they do. What the provider `credential_chain` says for S3 is found as
 * eider's own requests find it, so that DuckDB's extension `aws` is not needed; a profile that names that extension leaves it to DuckDB. A secret of S3 without a region gets one. A secret of type `gcs`
 * with a key file, or the same provider, gets a token of Google's. Relative paths lie in `folder`. Throws EiderError.
 */
export async function makeSecret(
  connection: Connection,
  target: Target,
  index: number,
  folder: string,
): Promise<Date | undefined> {
  const { expires, secret } = await withKeys(target, index, process.env, folder);
  await applyEntry(target, ['secrets', index], () => connection.query(secretStatement(secret, index)));
  return expires;
}

/** Makes all secrets of a profile, and again before their keys expire, until the function that it gives is called. Throws EiderError. */
export async function keepSecrets(connection: Connection, target: Target, folder: string): Promise<() => void> {
  let timer: NodeJS.Timeout | undefined;
  const make = async (): Promise<void> => {
    const ends: number[] = [];
    for (const index of target.secrets.keys()) {
      const expires = await makeSecret(connection, target, index, folder);
      if (expires !== undefined) ends.push(expires.getTime());
    }
    if (ends.length > 0) later(Math.min(...ends) - Date.now() - margin);
  };
  const later = (wait: number): void => {
    // What cannot be renewed now is tried again; a query that needs it says what is wrong.
    timer = setTimeout(() => make().catch(() => later(leastWait)), Math.min(Math.max(wait, leastWait), mostWait));
    timer.unref();
  };
  await make();
  return () => clearTimeout(timer);
}

interface Keyed {
  readonly secret: Secret;
  readonly expires?: Date | undefined;
}

async function withKeys(target: Target, index: number, env: Environment, folder: string): Promise<Keyed> {
  const secret = target.secrets[index] ?? {};
  if (isOfType(secret, 'gcs')) return await withToken(target, index, env, folder);
  if (isS3(secret) && !isChain(secret)) return { secret: asReached(secret) };
  if (!isS3(secret) || target.extensions.some(({ name }) => name === 'aws')) return { secret };
  const { chain: _, profile, provider: __, refresh: ___, ...rest } = secret;
  const access = environmentAccess(env, typeof profile === 'string' ? profile : undefined);
  const keys = await atSecret(target, index, () => access.credentials());
  // DuckDB's own chain may know more; it says what it needs.
  if (keys === null) return { secret };
  const { accessKeyId: key_id, expires, secretAccessKey, sessionToken: session_token } = keys;
  const server = access.endpoint === undefined ? {} : { ...hostOf(access.endpoint), url_style: 'path' };
  const found = { region: access.region, ...server, ...rest, key_id, secret: secretAccessKey };
  return { secret: session_token === undefined ? found : { ...found, session_token }, expires };
}

/** A secret of Google's own interface with the token that its key file, or whoever is signed in, gives: DuckDB knows nothing of these. */
async function withToken(target: Target, index: number, env: Environment, folder: string): Promise<Keyed> {
  const secret = target.secrets[index] ?? {};
  const { keyfile, provider: __, refresh: ___, ...rest } = secret;
  if ((keyfile === undefined && !isChain(secret)) || isHmac(secret)) return { secret };
  const keys = await atSecret(target, index, () => gcsAccessBy(secret, env, folder).credentials());
  return keys === null ? { secret: rest } : { secret: { ...rest, bearer_token: keys.token }, expires: keys.expires };
}

/** What cannot be found is told at the secret's place in the profile. */
async function atSecret<T>(target: Target, index: number, find: () => Promise<T> | T): Promise<T> {
  try {
    return await find();
  } catch (cause) {
    if (!(cause instanceof StoreError)) throw cause;
    const { hint, message } = cause;
    const place = placeOfEntry(target, ['secrets', index]);
    throw new EiderError([error('engine/profile', message, { ...place, excerpt: '', hint })], { cause });
  }
}

/** A secret with keys of its own that leads DuckDB where eider's own requests go: servers refuse one without a region, and DuckDB an endpoint with a scheme. */
function asReached(secret: Secret): Secret {
  const region = textOf(secret, 'region') === undefined ? { region: usualRegion } : {};
  const endpoint = textOf(secret, 'endpoint') ?? '';
  return { ...secret, ...region, ...(/^https?:\/\/[^/]/.test(endpoint) && URL.canParse(endpoint) && hostOf(endpoint)) };
}

/** An endpoint as DuckDB's secrets have it: without scheme. */
function hostOf(endpoint: string): Pick<Secret, 'endpoint' | 'use_ssl'> {
  const { host, pathname, protocol } = new URL(endpoint);
  return { endpoint: `${host}${pathname.replace(/\/$/, '')}`, use_ssl: protocol === 'https:' };
}
