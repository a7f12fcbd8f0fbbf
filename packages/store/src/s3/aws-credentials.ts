import { StoreError } from '../errors.ts';
import { optionalPackage } from '../remote/optional-package.ts';
import { type Expiring, type Find, findOnce } from '../remote/renewing.ts';
import { type AwsProfile, awsProfileName, readAwsProfile } from './aws-files.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Keys for one request, or until they expire. */
export interface S3Credentials extends Expiring {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const findKeys = findOnce<S3Credentials>();

/**
 * Keys as Amazon's own tools find them: the environment, the shared files, then single sign-on, other programs, assumed roles, web identities, containers and
 * instances. These last need the package `@aws-sdk/credential-providers`, which is loaded where one of them is asked for. A named profile goes before the environment.
 */
export function awsCredentials(env: Environment, profile?: string): Find<S3Credentials> {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = env;
  if (profile === undefined && id && secret) {
    const keys = { accessKeyId: id, secretAccessKey: secret, ...(token && { sessionToken: token }) };
    return async () => keys;
  }
  const name = profile ?? awsProfileName(env);
  const identity = JSON.stringify([name, env.HOME, ...Object.entries(env).filter(([key]) => key.startsWith('AWS_'))]);
  return findKeys(identity, () => find(env, name, profile !== undefined));
}

async function find(env: Environment, name: string, isNamed: boolean): Promise<S3Credentials | null> {
  const profile = readAwsProfile(env, name);
  if (profile === undefined && isNamed)
    throw new StoreError(
      'store/denied',
      `There is no AWS profile "${name}".`,
      'Look into ~/.aws/config and ~/.aws/credentials.',
    );
  const { aws_access_key_id: id, aws_secret_access_key: secret, aws_session_token: token } = profile ?? {};
  if (id && secret) return { accessKeyId: id, secretAccessKey: secret, ...(token && { sessionToken: token }) };
  const wanted = wantedChain(env, profile);
  // Nothing is left but the instance, which is not to be asked.
  if (wanted === undefined && env.AWS_EC2_METADATA_DISABLED === 'true') return null;
  const providers = await optionalPackage<Providers>(packageName);
  if (providers !== undefined) return await fromChain(providers, name, wanted);
  if (wanted === undefined) return null;
  const message = `The AWS keys come from ${wanted}, which needs the package @aws-sdk/credential-providers.`;
  throw new StoreError('store/denied', message, 'Install it: `npm install @aws-sdk/credential-providers`.');
}

/** What says where keys come from, if it is neither the environment nor a file; undefined where nothing does. */
function wantedChain(env: Environment, profile: AwsProfile = {}): string | undefined {
  const settings = [
    'sso_session',
    'sso_start_url',
    'credential_process',
    'role_arn',
    'web_identity_token_file',
    'login_session',
  ];
  const setting = settings.find((key) => profile[key] !== undefined);
  if (setting !== undefined) return `\`${setting}\` of the AWS profile`;
  return [
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  ].find((key) => env[key]);
}

/** The part of `@aws-sdk/credential-providers` that is used. */
interface Providers {
  fromNodeProviderChain(options: { readonly profile: string }): () => Promise<{
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
    readonly expiration?: Date;
  }>;
}

const packageName = '@aws-sdk/credential-providers';

async function fromChain(
  { fromNodeProviderChain }: Providers,
  profile: string,
  wanted: string | undefined,
): Promise<S3Credentials | null> {
  try {
    const { accessKeyId, expiration, secretAccessKey, sessionToken } = await fromNodeProviderChain({ profile })();
    return {
      ...{ accessKeyId, secretAccessKey },
      ...(sessionToken !== undefined && { sessionToken }),
      ...(expiration !== undefined && { expires: expiration }),
    };
  } catch (cause) {
    // Nothing asked for keys: there may be none, and a bucket that needs none.
    if (wanted === undefined) return null;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError(
      'store/denied',
      `No AWS keys came from ${wanted}: ${why}`,
      'Sign in again (`aws sso login`), or correct the profile.',
      { cause },
    );
  }
}
