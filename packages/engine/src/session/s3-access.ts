import type { Target } from '@eider/core';
import { environmentAccess, type S3Access } from '@eider/store';
import { isOfType, type SecretValues, scopedTo, scopesOf, textOf } from './secret-scope.ts';
import { trusting } from './trust.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How buckets are reached, as DuckDB reaches them: by the profile's secret of type `s3` whose scope is the longest that the URI begins with, else by its
 * `s3_…` settings, else as the environment says. Secrets of the provider `credential_chain` take their keys as Amazon's own tools do. The private authority of
 * the profile is trusted by all; a relative path of it lies in `folder`.
 */
export function s3AccessOf(
  target: Target,
  env: Environment,
  folder: string,
): (bucket: string, key: string) => S3Access {
  // Only who asks a bucket looks into the shared files.
  let known: { readonly secrets: readonly ScopedAccess[]; readonly settings: S3Access } | undefined;
  return (bucket, key) => {
    known ??= knownAccess(target, env, folder);
    const uri = `s3://${bucket}/${key}`;
    return scopedTo(uri, known.secrets)?.access ?? known.settings;
  };
}

/** One object for each way there is: who compares them knows whether two places are on one server. */
function knownAccess(
  target: Target,
  env: Environment,
  folder: string,
): { readonly secrets: readonly ScopedAccess[]; readonly settings: S3Access } {
  return {
    secrets: target.secrets
      .filter((secret) => isS3(secret))
      .map((secret) => scoped(secret, env))
      .map(({ access, scopes }) => ({ access: trusting(access, target, folder), scopes })),
    settings: trusting(fromSettings(target.settings, env), target, folder),
  };
}

/** The region of a secret that names none. */
export const usualRegion = 'us-east-1';

/** Whether a secret is one of S3. */
export function isS3(secret: SecretValues): boolean {
  return isOfType(secret, 's3');
}

/** Whether the keys of a secret come from where Amazon's own tools find them. */
export function isChain({ provider }: SecretValues): boolean {
  return String(provider ?? 'config').toLowerCase() === 'credential_chain';
}

interface ScopedAccess {
  readonly scopes: readonly string[];
  readonly access: S3Access;
}

function scoped(secret: SecretValues, env: Environment): ScopedAccess {
  return { scopes: scopesOf(secret, ['s3://']), access: accessOf(secret, env, isChain(secret)) };
}

function fromSettings(settings: SecretValues, env: Environment): S3Access {
  const own = Object.entries(settings).filter(([name]) => name.startsWith('s3_'));
  if (own.length === 0) return environmentAccess(env);
  const values = Object.fromEntries(own.map(([name, value]) => [name.slice('s3_'.length), value]));
  const { access_key_id: key_id, secret_access_key: secret, ...rest } = values;
  return accessOf({ ...rest, key_id, secret }, env, key_id === undefined);
}

function accessOf(values: SecretValues, env: Environment, fromEnvironment: boolean): S3Access {
  const text = (name: string): string | undefined => textOf(values, name);
  const fallback = environmentAccess(env, fromEnvironment ? text('profile') : undefined);
  const endpoint = endpointOf(text('endpoint'), text('use_ssl')) ?? (fromEnvironment ? fallback.endpoint : undefined);
  const [id, secret, token] = [text('key_id'), text('secret'), text('session_token')];
  const keys =
    id === undefined || secret === undefined
      ? null
      : { accessKeyId: id, secretAccessKey: secret, ...(token !== undefined && { sessionToken: token }) };
  return {
    region: text('region') ?? (fromEnvironment ? fallback.region : usualRegion),
    pathStyle:
      text('url_style') === 'path' || (fromEnvironment && fallback.pathStyle && text('url_style') === undefined),
    credentials: keys === null && fromEnvironment ? fallback.credentials : () => keys,
    ...(endpoint !== undefined && { endpoint }),
  };
}

/** DuckDB's endpoints have no scheme: `use_ssl` says it. Amazon's own are what is meant without one. */
function endpointOf(host: string | undefined, useSsl: string | undefined): string | undefined {
  if (host === undefined || /^s3\.amazonaws\.com$/.test(host)) return undefined;
  if (/^https?:\/\//.test(host)) return host;
  return `${useSsl?.toLowerCase() === 'false' ? 'http' : 'https'}://${host}`;
}
