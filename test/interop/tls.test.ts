import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestCertificates, testCertificates } from '../support/certificates.ts';
import { runEider } from '../support/eider.ts';
import { runProgram } from '../support/run-program.ts';
import { startS3Server } from '../support/s3/s3-server.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { findPeers } from './peers.ts';
import { startVersitygw } from './versitygw.ts';

// Invariant: one setting of the profile makes a private authority trusted by everything: eider's own requests, DuckDB's reads and writes, tables of Delta.
// Without it, or with another authority, every command ends with an error that names the setting.

interface SecureServer {
  readonly endpoint: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  close(): unknown;
}

const servers: Readonly<Record<string, (tls: TestCertificates) => Promise<SecureServer>>> = {
  'the server of the tests': (tls) => startS3Server(['lake'], { tls }),
  versitygw: (tls) => startVersitygw(tls),
};

/** Lands a Delta table as people do, with deltalake and its storage options. */
const landing = `
import sys
import pyarrow
from deltalake import write_deltalake
endpoint, key, secret = sys.argv[1:]
options = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": "us-east-1", "aws_conditional_put": "etag"}
write_deltalake("s3://lake/landing/orders", pyarrow.table({"id": [1, 2, 3]}), storage_options=options)
`;

describe.each(Object.keys(servers))('TLS with a private authority: %s', (name) => {
  const project = temporaryFolder('tls');
  let server: SecureServer;
  let certificates: TestCertificates;

  /** A profile with `more` in its target. */
  const write = (more: object): void => {
    const { keys } = server;
    const secret = {
      ...{ type: 's3', region: 'us-east-1', url_style: 'path' },
      ...{ key_id: keys.accessKeyId, secret: keys.secretAccessKey, endpoint: server.endpoint.slice('https://'.length) },
    };
    const target = {
      ...{ type: 'duckdb', external_root: 's3://lake/shop', extensions: ['httpfs'], secrets: [secret] },
      ...more,
    };
    writeFileSync(join(project, 'profiles.yml'), JSON.stringify({ shop: { target: 'dev', outputs: { dev: target } } }));
  };
  const eider = (...words: readonly string[]) =>
    runEider([...words, '--profiles-dir', project], { cwd: project, env: { HOME: findPeers().home } });

  beforeAll(async () => {
    certificates = await testCertificates();
    server = await (servers[name] as (tls: TestCertificates) => Promise<SecureServer>)(certificates);
    mkdirSync(join(project, 'models'));
    writeFileSync(
      join(project, 'dbt_project.yml'),
      "name: shop\nversion: '1.0'\nprofile: shop\nmodels: {shop: {+materialized: external}}\n",
    );
    writeFileSync(
      join(project, 'models/sources.yml'),
      'sources: [{name: landing, tables: [{name: orders, meta: {external_location: "delta_scan(\'s3://lake/landing/orders\')"}}]}]\n',
    );
    writeFileSync(join(project, 'models/orders.sql'), "select * from {{ source('landing', 'orders') }}");
    writeFileSync(join(project, 'models/total.sql'), "select sum(id)::integer as total from {{ ref('orders') }}");
    writeFileSync(join(project, 'authority.pem'), certificates.ca);
    writeFileSync(join(project, 'other.pem'), (await testCertificates()).ca);
    const { accessKeyId, secretAccessKey } = server.keys;
    const done = await runProgram(
      [findPeers().dbtPython, '-c', landing, server.endpoint, accessKeyId, secretAccessKey],
      {
        env: { SSL_CERT_FILE: join(project, 'authority.pem') },
      },
    );
    expect(done.exitCode, done.stderr).toBe(0);
  });
  afterAll(async () => {
    await server.close();
    removeFolder(project);
  });

  test.each([
    ['ca_cert_file of the target', { ca_cert_file: 'authority.pem' }],
    ['ca_cert_file under settings', { settings: { ca_cert_file: 'authority.pem' } }],
  ])('%s reaches everything', async (_, more) => {
    write(more);
    const built = await eider('build');
    expect(built.exitCode, built.stdout + built.stderr).toBe(0);
    const shown = await eider(
      'show',
      '--inline',
      "select total + 0 as total from read_parquet('s3://lake/shop/total.parquet')",
    );
    expect(shown.stdout).toContain('|     6 |');
    const debug = await eider('debug');
    expect(debug.stdout, debug.stdout).toMatch(/ca_cert_file \[OK trusted\]/);
    expect(debug.stdout).toContain(
      'works: list, write, conditional write, read, read by DuckDB, write by DuckDB, delete',
    );
  });

  test('without it the setting is named', async () => {
    write({});
    const built = await eider('build');
    expect(built.exitCode).toBe(2);
    expect(built.stdout).toContain('`ca_cert_file` of the target in profiles.yml');
    // What DuckDB alone asks.
    const shown = await eider('show', '--inline', "select * from read_parquet('s3://lake/shop/total.parquet')");
    expect(shown.exitCode).not.toBe(0);
    expect(shown.stdout).toContain('`ca_cert_file` of the target in profiles.yml');
  });

  test('the certificate of another authority is told from none', async () => {
    write({ ca_cert_file: 'other.pem' });
    const built = await eider('build');
    expect(built.exitCode).toBe(2);
    expect(built.stdout).toContain('did not sign this certificate');
    const debug = await eider('debug');
    expect(debug.exitCode).toBe(1);
    expect(debug.stdout).toMatch(/external root: list fails at s3:\/\/lake\/shop: .*signature/);
  });

  test('a file that is none is an error at its place', async () => {
    write({ ca_cert_file: 'nowhere.pem' });
    expect((await eider('build')).stdout).toMatch(/profiles\.yml:1:\d+[\s\S]*cannot be read: ENOENT/);
    write({ ca_cert_file: 'dbt_project.yml' });
    expect((await eider('build')).stdout).toContain('There is no certificate in');
  });
});
