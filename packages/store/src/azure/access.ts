import { StoreError } from '../errors.ts';
import type { Line } from '../remote/exchange.ts';
import type { Credentials, Expiring } from '../remote/renewing.ts';
import { type AzureChain, azureTokens } from './azure-tokens.ts';

/** What requests are signed with: the account's key, the query of a shared access signature, or a token of Microsoft Entra. */
export type AzureCredentials = Expiring &
  ({ readonly accountKey: string } | { readonly sas: string } | { readonly token: string });

/** How a storage account is reached. */
export interface AzureAccess extends Line {
  readonly account: string;
  /** Of its blobs: `https://NAME.blob.core.windows.net`; an emulator's has the account in the path. */
  readonly endpoint: string;
  readonly credentials: Credentials<AzureCredentials>;
}

/** What says how an account is reached, all of it optional. */
export interface AzureSettings {
  readonly connectionString?: string | undefined;
  readonly account?: string | undefined;
  /** A host, or a URL with one. */
  readonly endpoint?: string | undefined;
  readonly accountKey?: string | undefined;
  readonly sas?: string | undefined;
  readonly token?: string | undefined;
  /** Tokens are asked for in these ways. */
  readonly chain?: AzureChain | undefined;
}

/** The account and key of Microsoft's emulators, which everybody knows. */
const development = {
  AccountName: 'devstoreaccount1',
  AccountKey: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  BlobEndpoint: 'http://127.0.0.1:10000/devstoreaccount1',
};

/** Access by settings; the connection string goes first. Throws `store/invalid-uri` where no account is named. */
export function azureAccess(settings: AzureSettings): AzureAccess {
  const parts = connectionParts(settings.connectionString ?? '');
  const account = parts.AccountName ?? settings.account ?? hostAccount(parts.BlobEndpoint ?? settings.endpoint);
  if (account === undefined || account === '')
    throw new StoreError(
      'store/invalid-uri',
      'No Azure storage account is named.',
      'Name it: `account_name:` or `connection_string:` of a secret of type azure, AZURE_STORAGE_ACCOUNT, or az://ACCOUNT.blob.core.windows.net/container.',
    );
  const { chain } = settings;
  const [accountKey, sas] = [parts.AccountKey ?? settings.accountKey, parts.SharedAccessSignature ?? settings.sas];
  const fixed = fixedCredentials({ accountKey, sas, token: settings.token });
  const endpoint = endpointOf(account, parts, settings.endpoint);
  if (fixed !== null || chain === undefined) return { account, endpoint, credentials: () => fixed };
  const find = azureTokens(chain);
  return {
    ...{ account, endpoint },
    credentials: (stale) => find(stale !== undefined && 'token' in stale ? stale : undefined),
  };
}

/** Access as Azure's own tools have it: `AZURE_STORAGE_CONNECTION_STRING`, else `AZURE_STORAGE_ACCOUNT` with a key, a signature, or whoever is signed in. */
export function environmentAzure(
  env: Readonly<Record<string, string | undefined>>,
  named: { readonly account?: string | undefined; readonly endpoint?: string | undefined } = {},
): AzureAccess {
  const { account = env.AZURE_STORAGE_ACCOUNT || env.AZURE_STORAGE_ACCOUNT_NAME, endpoint } = named;
  const connectionString = env.AZURE_STORAGE_CONNECTION_STRING;
  const isMeant = connectionParts(connectionString ?? '').AccountName === account || account === undefined;
  return azureAccess({
    ...{ account, endpoint, connectionString: isMeant ? connectionString : undefined },
    accountKey: env.AZURE_STORAGE_KEY || env.AZURE_STORAGE_ACCOUNT_KEY || undefined,
    sas: env.AZURE_STORAGE_SAS_TOKEN || undefined,
    chain: { ways: ['default'] },
  });
}

function fixedCredentials({ accountKey, sas, token }: AzureSettings): AzureCredentials | null {
  if (accountKey !== undefined) return { accountKey };
  if (sas !== undefined) return { sas: sas.replace(/^\?/, '') };
  return token === undefined ? null : { token };
}

function connectionParts(text: string): Readonly<Record<string, string | undefined>> {
  const pairs = text.split(';').map((part) => part.trim().split(/=(.*)/s).slice(0, 2));
  const parts = Object.fromEntries(pairs) as Record<string, string | undefined>;
  return parts.UseDevelopmentStorage === 'true' ? development : parts;
}

function endpointOf(
  account: string,
  parts: Readonly<Record<string, string | undefined>>,
  named: string | undefined,
): string {
  const { BlobEndpoint: whole, DefaultEndpointsProtocol: protocol = 'https', EndpointSuffix: suffix } = parts;
  if (whole !== undefined) return whole.replace(/\/+$/, '');
  if (named !== undefined && /^https?:\/\//.test(named)) return named.replace(/\/+$/, '');
  // DuckDB's setting names what follows the account.
  if (named?.startsWith('blob.')) return `${protocol}://${account}.${named}`;
  return `${protocol}://${named ?? `${account}.blob.${suffix ?? 'core.windows.net'}`}`;
}

function hostAccount(endpoint = ''): string | undefined {
  return /^(?:https?:\/\/)?([a-z0-9]+)\.blob\./i.exec(endpoint)?.[1];
}
