import type { Target } from '@eider/core';
import { type AzureAccess, azureAccess, type BucketUri, environmentAzure } from '@eider/store';
import { isOfType, type SecretValues, scopedTo, scopesOf, textOf } from './secret-scope.ts';
import { trusting } from './trust.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const everything = ['az://', 'azure://', 'abfss://'];

/**
 * How containers of Azure are reached, as DuckDB reaches them: by the profile's secret of type `azure` whose scope is the longest that the URI begins with,
 * else by its setting `azure_storage_connection_string`, else as the environment says. The private authority of the profile is trusted.
 */
export function azureAccessOf(target: Target, env: Environment, folder: string): (uri: BucketUri) => AzureAccess {
  const secrets = target.secrets
    .filter((secret) => isOfType(secret, 'azure'))
    .map((secret) => ({ secret, scopes: scopesOf(secret, everything), made: new Map<string, AzureAccess>() }));
  const beside = { secret: undefined, made: new Map<string, AzureAccess>() };
  return ({ account, key, root }) => {
    const { made, secret } = scopedTo(`${root}/${key}`, secrets) ?? beside;
    // One object for each way there is: who compares them knows whether two places are on one server.
    const access = made.get(account ?? '') ?? trusting(accessOf(secret, target, env, account), target, folder);
    made.set(account ?? '', access);
    return access;
  };
}

/** `named`: the account that the URI names. */
function accessOf(
  secret: SecretValues | undefined,
  target: Target,
  env: Environment,
  named: string | undefined,
): AzureAccess {
  const values = secret ?? {};
  const text = (name: string): string | undefined => textOf(values, name);
  const connectionString = text('connection_string') ?? textOf(target.settings, 'azure_storage_connection_string');
  const account = named ?? text('account_name') ?? textOf(target.settings, 'azure_account_name');
  const endpoint = text('endpoint') ?? textOf(target.settings, 'azure_endpoint');
  if (secret === undefined && connectionString === undefined) return environmentAzure(env, { account, endpoint });
  const provider = text('provider')?.toLowerCase() ?? 'config';
  const ways: Readonly<Record<string, readonly string[]>> = {
    credential_chain: (text('chain') ?? 'default').split(';').map((way) => way.trim()),
    service_principal: ['service_principal'],
    managed_identity: ['managed_identity'],
  };
  const chain = ways[provider];
  return azureAccess({
    ...{ account, endpoint, connectionString, token: text('access_token') },
    ...(chain !== undefined && {
      chain: {
        ways: chain,
        ...{ tenantId: text('tenant_id'), clientId: text('client_id'), clientSecret: text('client_secret') },
        certificatePath: text('client_certificate_path'),
      },
    }),
  });
}
