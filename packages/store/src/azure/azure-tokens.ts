import { StoreError } from '../errors.ts';
import { optionalPackage } from '../remote/optional-package.ts';
import { type Expiring, type Find, findOnce } from '../remote/renewing.ts';

/** Who asks for tokens. */
export interface AzureChain {
  /** DuckDB's names, tried in this order. `service_principal` needs a tenant, a client, and a secret or a certificate. */
  readonly ways: readonly string[];
  readonly tenantId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly certificatePath?: string | undefined;
}

type Token = Expiring & { readonly token: string };

const scope = 'https://storage.azure.com/.default';
const packageName = '@azure/identity';

interface Credential {
  getToken(scope: string): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** The part of `@azure/identity` that is used. */
interface Identity {
  readonly ChainedTokenCredential: new (...ways: readonly Credential[]) => Credential;
  readonly DefaultAzureCredential: new () => Credential;
  readonly EnvironmentCredential: new () => Credential;
  readonly AzureCliCredential: new () => Credential;
  readonly ManagedIdentityCredential: new (options?: { readonly clientId: string }) => Credential;
  readonly WorkloadIdentityCredential: new () => Credential;
  readonly ClientSecretCredential: new (tenant: string, client: string, secret: string) => Credential;
  readonly ClientCertificateCredential: new (tenant: string, client: string, path: string) => Credential;
}

const findToken = findOnce<Token>();

/** Tokens of Microsoft Entra by the package `@azure/identity`, which is loaded when the first one is asked for; each chain asks once for all. */
export function azureTokens(chain: AzureChain): Find<Token> {
  return findToken(JSON.stringify(chain), () => ask(chain));
}

async function ask(chain: AzureChain): Promise<Token> {
  const library = await optionalPackage<Identity>(packageName);
  if (library === undefined)
    throw new StoreError(
      'store/denied',
      `No key of the Azure account is given, and signing in (${chain.ways.join(', ')}) needs the package ${packageName}.`,
      `Install it: \`npm install ${packageName}\`; or give a connection string or a shared access signature.`,
    );
  try {
    const given = await new library.ChainedTokenCredential(...ways(library, chain)).getToken(scope);
    if (given === null) throw new Error('there is none');
    return { token: given.token, expires: new Date(given.expiresOnTimestamp) };
  } catch (cause) {
    const message = `No token for Azure came from ${chain.ways.join(', ')}: ${reasons(cause).join('; ')}`;
    throw new StoreError('store/denied', message, 'Sign in (`az login`), or correct the secret of type azure.', {
      cause,
    });
  }
}

/** Of a chain, why each way led nowhere. */
function reasons(cause: unknown): readonly string[] {
  const { errors } = cause as { readonly errors?: readonly unknown[] };
  if (errors !== undefined && errors.length > 0) return [...new Set(errors.flatMap(reasons))];
  return [(cause instanceof Error ? cause.message.split('\n')[0] : undefined) ?? String(cause)];
}

function ways(library: Identity, { certificatePath, clientId, clientSecret, tenantId, ...chain }: AzureChain) {
  return chain.ways.map((way): Credential => {
    if (way === 'cli') return new library.AzureCliCredential();
    if (way === 'env') return new library.EnvironmentCredential();
    if (way === 'workload_identity') return new library.WorkloadIdentityCredential();
    if (way === 'managed_identity')
      return new library.ManagedIdentityCredential(...(clientId === undefined ? [] : [{ clientId }]));
    if (way !== 'service_principal') return new library.DefaultAzureCredential();
    const [tenant = '', client = ''] = [tenantId, clientId];
    return clientSecret === undefined
      ? new library.ClientCertificateCredential(tenant, client, certificatePath ?? '')
      : new library.ClientSecretCredential(tenant, client, clientSecret);
  });
}
