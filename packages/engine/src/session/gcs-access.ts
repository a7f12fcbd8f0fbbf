import { resolve } from 'node:path';
import type { Target } from '@eider/core';
import { type BucketUri, type GcsAccess, gcsAccess } from '@eider/store';
import { isOfType, type SecretValues, scopedTo, scopesOf, textOf } from './secret-scope.ts';
import { trusting } from './trust.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const everything = ['gs://', 'gcs://'];

/**
 * How buckets of Google are reached by their own interface: by the profile's secret of type `gcs` whose scope is the longest that the URI begins with, else as
 * Google's own tools do. A relative path of a key file, and the private authority of the profile, lie in `folder`.
 */
export function gcsAccessOf(target: Target, env: Environment, folder: string): (uri: BucketUri) => GcsAccess {
  const made = new Map<SecretValues | undefined, GcsAccess>();
  return (uri) => {
    const secret = gcsSecretOf(target, uri);
    const access = made.get(secret) ?? trusting(gcsAccessBy(secret ?? {}, env, folder), target, folder);
    made.set(secret, access);
    return access;
  };
}

/** The secret that is for a URI; undefined where there is none. */
function gcsSecretOf(target: Target, { key, root }: BucketUri): SecretValues | undefined {
  const secrets = target.secrets
    .filter((secret) => isOfType(secret, 'gcs'))
    .map((secret) => ({ secret, scopes: scopesOf(secret, everything) }));
  return scopedTo(`${root}/${key}`, secrets)?.secret;
}

/** Whether a secret has keys for the interface that speaks S3's protocol, and nothing for Google's own. */
export function isHmac(secret: SecretValues): boolean {
  return textOf(secret, 'key_id') !== undefined;
}

/** Access by a secret of type `gcs`. Its endpoint is as DuckDB's secrets have it: `use_ssl` says the scheme. */
export function gcsAccessBy(secret: SecretValues, env: Environment, folder: string): GcsAccess {
  const [endpoint, keyFile] = [textOf(secret, 'endpoint'), textOf(secret, 'keyfile')];
  const scheme = textOf(secret, 'use_ssl')?.toLowerCase() === 'false' ? 'http' : 'https';
  return gcsAccess(
    {
      endpoint: endpoint === undefined || /^https?:/.test(endpoint) ? endpoint : `${scheme}://${endpoint}`,
      token: textOf(secret, 'bearer_token'),
      keyFile: keyFile === undefined ? undefined : resolve(folder, keyFile),
      hmac: isHmac(secret),
    },
    env,
  );
}
