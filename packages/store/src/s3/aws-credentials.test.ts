import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../../../../test/support/run-program.ts';
import { environmentAccess } from './access.ts';
import { awsCredentials } from './aws-credentials.ts';

const home = mkdtempSync(join(tmpdir(), 'eider-aws-'));
const write = (name: string, text: string): void => writeFileSync(join(home, '.aws', name), text);
const env = { HOME: home };

beforeAll(() => mkdirSync(join(home, '.aws')));
afterAll(() => rmSync(home, { recursive: true }));

describe('keys', () => {
  test('come from the environment before the shared files', async () => {
    write('credentials', '[default]\naws_access_key_id = file-id\naws_secret_access_key = file-secret\n');
    const own = { ...env, AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };
    expect(await awsCredentials(own)()).toEqual({
      accessKeyId: 'id',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    });
    expect(await awsCredentials(env)()).toEqual({ accessKeyId: 'file-id', secretAccessKey: 'file-secret' });
  });

  test('come from a profile by name, whose region and endpoint count too', async () => {
    write(
      'config',
      '# comment\n[profile   nas]\nregion=home  # the house\nendpoint_url = http://nas:9000\ns3 =\n  addressing_style = path\n[other]\nregion = no\n',
    );
    write(
      'credentials',
      '[nas]\r\naws_access_key_id=nas-id\r\naws_secret_access_key = a=b#c\r\naws_session_token=t\r\n',
    );
    const access = environmentAccess({ ...env, AWS_PROFILE: 'nas' });
    expect(access).toMatchObject({ region: 'home', endpoint: 'http://nas:9000', pathStyle: true });
    const keys = { accessKeyId: 'nas-id', secretAccessKey: 'a=b#c', sessionToken: 't' };
    expect(await access.credentials()).toEqual(keys);
    const named = awsCredentials({ ...env, AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' }, 'nas');
    expect(await named()).toEqual(keys);
    const elsewhere = { AWS_SHARED_CREDENTIALS_FILE: join(home, '.aws/credentials'), AWS_CONFIG_FILE: '/nowhere' };
    expect(await awsCredentials(elsewhere, 'nas')()).toEqual(keys);
  });

  test('that the server says have run out are read anew', async () => {
    write('rotated', '[mine]\naws_access_key_id=old\naws_secret_access_key=s\n');
    const find = awsCredentials({ ...env, AWS_SHARED_CREDENTIALS_FILE: join(home, '.aws/rotated') }, 'mine');
    const old = await find();
    write('rotated', '[mine]\naws_access_key_id=new\naws_secret_access_key=s\n');
    expect(await find()).toBe(old);
    const [one, other] = await Promise.all([find(old ?? undefined), find(old ?? undefined)]);
    expect([old, one, other].map((keys) => keys?.accessKeyId)).toEqual(['old', 'new', 'new']);
    expect(await find()).toBe(one);
  });

  test('of a profile that nobody knows are an error', async () => {
    await expect(awsCredentials(env, 'nobody')()).rejects.toMatchObject({
      code: 'store/denied',
      message: 'There is no AWS profile "nobody".',
    });
  });
});

/** What the token service answers to who shows a web identity. */
function assumed(id: string): string {
  const until = new Date(Date.now() + 3600_000).toISOString();
  const keys = `<AccessKeyId>${id}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${until}</Expiration>`;
  return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>${keys}</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
}

describe('the full chain, by the package of Amazon', () => {
  let server: Server;
  let uri = '';
  let given = 0;

  beforeAll(async () => {
    server = createServer(({ headers, url = '' }, response) => {
      given++;
      if (url === '/') return void response.end(assumed(`id-${given}`));
      if (url.startsWith('/federation/credentials')) {
        const roleCredentials = {
          accessKeyId: `${headers['x-amz-sso_bearer_token']}-${given}`,
          ...{ secretAccessKey: 's', sessionToken: 't', expiration: Date.now() + 3600_000 },
        };
        response.setHeader('content-type', 'application/json');
        return void response.end(JSON.stringify({ roleCredentials }));
      }
      const Expiration = new Date(Date.now() + (url === '/short' ? 60_000 : 3600_000)).toISOString();
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ AccessKeyId: `id-${given}`, SecretAccessKey: 's', Token: 't', Expiration }));
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  /** What a program of its own finds, asking twice at once and once more: the package looks at the environment of its process. */
  const find = async (own: Readonly<Record<string, string>>): Promise<unknown> => {
    const module = new URL('./aws-credentials.ts', import.meta.url).href;
    const program = `
      const { awsCredentials } = await import(${JSON.stringify(module)});
      const find = awsCredentials(process.env);
      const ask = () => find().then((keys) => keys?.accessKeyId ?? null, ({ code, message }) => ({ code, message }));
      console.log(JSON.stringify([...(await Promise.all([ask(), ask()])), await ask()]));`;
    const done = await runProgram([process.execPath, '--import', 'tsx', '--input-type=module', '-e', program], {
      env: { HOME: home, AWS_ACCESS_KEY_ID: '', AWS_EC2_METADATA_DISABLED: 'true', ...own },
    });
    expect(done.exitCode, done.stderr).toBe(0);
    return JSON.parse(done.stdout);
  };

  test('keys of a container are asked for once', async () => {
    expect(await find({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${uri}/long` })).toEqual(['id-1', 'id-1', 'id-1']);
  });

  test('keys that end within five minutes are asked for each time, once for all who wait', async () => {
    expect(await find({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${uri}/short` })).toEqual(['id-2', 'id-2', 'id-3']);
  });

  test('keys come from a web identity', async () => {
    write('token', 'the.web.identity');
    const role = { AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/lake', AWS_ROLE_SESSION_NAME: 'eider' };
    const own = { ...role, AWS_WEB_IDENTITY_TOKEN_FILE: join(home, '.aws/token'), AWS_ENDPOINT_URL_STS: uri };
    const id = `id-${given + 1}`;
    expect(await find({ ...own, AWS_REGION: 'us-east-1' })).toEqual([id, id, id]);
  });

  test('keys come from a single sign-on', async () => {
    const url = 'https://home.awsapps.com/start';
    const session = `[sso-session home]\nsso_start_url = ${url}\nsso_region = us-east-1\n`;
    const profile = '[profile home]\nsso_session = home\nsso_account_id = 123456789012\nsso_role_name = lake\n';
    write('sign-on', `${session}${profile}region = us-east-1\n`);
    mkdirSync(join(home, '.aws/sso/cache'), { recursive: true });
    const expiresAt = new Date(Date.now() + 3600_000).toISOString();
    const token = { startUrl: url, region: 'us-east-1', accessToken: 'signed', expiresAt };
    write(`sso/cache/${createHash('sha1').update('home').digest('hex')}.json`, JSON.stringify(token));
    const own = { AWS_PROFILE: 'home', AWS_CONFIG_FILE: join(home, '.aws/sign-on'), AWS_ENDPOINT_URL_SSO: uri };
    const id = `signed-${given + 1}`;
    expect(await find(own)).toEqual([id, id, id]);
  });

  test('keys come from another program', async () => {
    const Expiration = new Date(Date.now() + 3600_000).toISOString();
    const keys = { Version: 1, AccessKeyId: 'by-program', SecretAccessKey: 's', SessionToken: 't', Expiration };
    write('keys.json', JSON.stringify(keys));
    write('program', `[profile program]\ncredential_process = cat "${join(home, '.aws/keys.json')}"\n`);
    const own = { AWS_PROFILE: 'program', AWS_CONFIG_FILE: join(home, '.aws/program') };
    expect(await find(own)).toEqual(['by-program', 'by-program', 'by-program']);
  });

  test('without any there are none, and no error', async () => {
    expect(await find({ AWS_PROFILE: 'nothing' })).toEqual([null, null, null]);
  });

  test('a program that gives none says so', async () => {
    write('failing', '[profile failing]\ncredential_process = false\n');
    const failure = {
      code: 'store/denied',
      message: expect.stringMatching(/^No AWS keys came from `credential_process`/),
    };
    expect(await find({ AWS_PROFILE: 'failing', AWS_CONFIG_FILE: join(home, '.aws/failing') })).toEqual([
      failure,
      failure,
      failure,
    ]);
  });
});
