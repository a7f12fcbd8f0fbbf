import { readFile } from 'node:fs/promises';
import { StoreError } from '../errors.ts';
import { optionalPackage } from '../remote/optional-package.ts';
import { type Expiring, type Find, findOnce } from '../remote/renewing.ts';

type Token = Expiring & { readonly token: string };

const scope = 'https://www.googleapis.com/auth/devstorage.read_write';
const packageName = 'google-auth-library';

interface Client {
  getAccessToken(): Promise<{ readonly token?: string | null }>;
  readonly credentials: { readonly expiry_date?: number | null };
}

/** The part of `google-auth-library` that is used. */
interface AuthLibrary {
  readonly GoogleAuth: new (options: {
    readonly scopes: readonly string[];
    readonly credentials?: unknown;
  }) => {
    getClient(): Promise<Client>;
  };
  readonly JWT: new (account: {
    readonly email: string | undefined;
    readonly key: string | undefined;
    readonly scopes: readonly string[];
  }) => Client;
}

/** Tokens of Google last an hour; where the library does not say, half of it. */
const usual = 30 * 60_000;

const findToken = findOnce<Token>();

/** Tokens as Google's own tools find them, or by a file of credentials, through the package `google-auth-library`, which is loaded when the first one is asked for. */
export function googleTokens(keyFile: string | undefined): Find<Token> {
  return findToken(keyFile ?? '', () => ask(keyFile));
}

async function ask(keyFile: string | undefined): Promise<Token> {
  const library = await optionalPackage<AuthLibrary>(packageName);
  if (library === undefined)
    throw new StoreError(
      'store/denied',
      `Signing in to Google Cloud Storage needs the package ${packageName}.`,
      `Install it: \`npm install ${packageName}\`; or give a \`bearer_token\`.`,
    );
  try {
    const client = await clientOf(library, keyFile);
    const { token } = await client.getAccessToken();
    if (!token) throw new Error('there is none');
    return { token, expires: new Date(client.credentials.expiry_date ?? Date.now() + usual) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    const from = keyFile === undefined ? 'this machine' : keyFile;
    throw new StoreError(
      'store/denied',
      `No token for Google Cloud Storage came from ${from}: ${why}`,
      'Sign in (`gcloud auth application-default login`), name the key of a service account in GOOGLE_APPLICATION_CREDENTIALS, or correct the secret of type gcs.',
      { cause },
    );
  }
}

/** The library asks to name what sort of file it is, because others than keys of service accounts can send requests anywhere. */
async function clientOf({ GoogleAuth, JWT }: AuthLibrary, keyFile: string | undefined): Promise<Client> {
  if (keyFile === undefined) return await new GoogleAuth({ scopes: [scope] }).getClient();
  const credentials = JSON.parse(await readFile(keyFile, 'utf8')) as Readonly<Record<string, string | undefined>>;
  if (credentials.type !== 'service_account') return await new GoogleAuth({ scopes: [scope], credentials }).getClient();
  return new JWT({ email: credentials.client_email, key: credentials.private_key, scopes: [scope] });
}
