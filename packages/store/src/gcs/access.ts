import { StoreError } from '../errors.ts';
import type { Line } from '../remote/exchange.ts';
import type { Credentials, Expiring } from '../remote/renewing.ts';
import { googleTokens } from './google-tokens.ts';

/** What requests are sent with: an OAuth token. */
export interface GcsCredentials extends Expiring {
  readonly token: string;
}

/** How Google Cloud Storage is reached by its own interface. */
export interface GcsAccess extends Line {
  readonly credentials: Credentials<GcsCredentials>;
}

/** What says how it is reached, all of it optional. */
export interface GcsSettings {
  readonly endpoint?: string | undefined;
  readonly token?: string | undefined;
  /** The key of a service account, or another file of credentials that Google's tools make. */
  readonly keyFile?: string | undefined;
  /** Keys of the interface that speaks S3's protocol were given, and nothing else. */
  readonly hmac?: boolean | undefined;
}

/** Access by settings, else as Google's own tools have it: `GOOGLE_APPLICATION_CREDENTIALS`, whoever is signed in by gcloud, or the machine's own account. */
export function gcsAccess(
  settings: GcsSettings,
  env: Readonly<Record<string, string | undefined>> = process.env,
): GcsAccess {
  const { hmac = false, keyFile, token } = settings;
  const emulator = env.STORAGE_EMULATOR_HOST || undefined;
  const endpoint = settings.endpoint ?? emulator;
  const line = endpoint === undefined ? {} : { endpoint: withScheme(endpoint) };
  if (token !== undefined) return { ...line, credentials: () => ({ token }) };
  if (hmac) return { ...line, credentials: () => Promise.reject(onlyHmac()) };
  // An emulator asks nobody who he is.
  if (keyFile === undefined && emulator !== undefined && endpoint === emulator)
    return { ...line, credentials: () => null };
  return { ...line, credentials: googleTokens(keyFile) };
}

function withScheme(endpoint: string): string {
  return (/^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`).replace(/\/+$/, '');
}

function onlyHmac(): StoreError {
  return new StoreError(
    'store/denied',
    'The secret of type gcs has HMAC keys alone. These are for the interface that speaks the protocol of S3, which cannot create an object unless there is one: sources can be read by it, a lake cannot be kept.',
    'Give the secret a `keyfile:` (of a service account), a `bearer_token:`, or `provider: credential_chain` for whoever is signed in on this machine.',
  );
}
