import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestCertificates, testCertificates } from '../support/certificates.ts';
import { repository, runEider } from '../support/eider.ts';
import { readProjectCase } from '../support/project-case.ts';
import { type ProgramResult, runProgram } from '../support/run-program.ts';
import { copyProject, removeFolder } from '../support/temporary-project.ts';
import { minioTimeout, startMinio } from './minio.ts';
import { findEnvironment, findJar, findPeers } from './peers.ts';
import type { RealServer } from './real-server.ts';

// Invariant: the homelab's profile works on its MinIO, with TLS and without: sources are Delta tables that deltalake landed with the storage options people use,
// two checkouts build at once on one lake, and what they publish is read by Python and by JDBC from other processes.

/** Lands both tables: one by a rename that nobody guards, one by conditional puts. */
const landing = `
import json, sys
import pyarrow.csv
from deltalake import write_deltalake
folder, options = sys.argv[1], json.loads(sys.argv[2])
for name, more in (("quotes", {"AWS_S3_ALLOW_UNSAFE_RENAME": "true"}), ("instruments", {"aws_conditional_put": "etag"})):
    rows = pyarrow.csv.read_csv(f"{folder}/{name}.csv")
    for part in (rows.slice(0, 2), rows.slice(2)):
        write_deltalake(f"s3://lake/landing/{name}", part, mode="append", storage_options={**options, **more})
`;

const asking = `
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
for sql in sys.argv[2:]:
    row = connection.execute(sql).fetchone()
print(row[0])
`;

const answer =
  "select string_agg(symbol || ' ' || quantity::int || ' ' || last_close, ', ' order by symbol) from dev_gold.portfolio";

describe.each([
  ['false', undefined],
  ['true', testCertificates],
] as const)('the homelab on MinIO, use_ssl: %s', (useSsl, certify) => {
  const source = join(repository, 'test/projects/homelab');
  const checkouts = [copyProject(source), copyProject(source)];
  const [first = '', second = ''] = checkouts;
  let server: RealServer;
  let certificates: TestCertificates | undefined;

  const eider = async (project: string, ...words: readonly string[]): Promise<ProgramResult> => {
    const { keys } = server;
    const env = {
      ...readProjectCase(project).env,
      ...{ HOME: findPeers().home, EXTERNAL_ROOT: 's3://lake/nas/' },
      ...{ MINIO_KEY: keys.accessKeyId, MINIO_SECRET: keys.secretAccessKey },
    };
    return await runEider([...words, '--profiles-dir', project], { cwd: project, env });
  };
  const change = (path: string, edit: (text: string) => string): void =>
    writeFileSync(path, edit(readFileSync(path, 'utf8')));

  beforeAll(async () => {
    certificates = await certify?.();
    server = await startMinio(certificates);
    const { endpoint, keys } = server;
    for (const project of checkouts) {
      if (certificates !== undefined) writeFileSync(join(project, 'ca.pem'), certificates.ca);
      const trust = certificates === undefined ? '' : '      ca_cert_file: ca.pem\n';
      change(join(project, 'profiles.yml'), (text) =>
        text
          .replaceAll('127.0.0.1:9000', new URL(endpoint).host)
          .replaceAll("use_ssl: 'false'", `use_ssl: '${useSsl}'`)
          .replaceAll('region: ap-southeast-1', 'region: us-east-1')
          .replaceAll('      type: duckdb\n', `      type: duckdb\n${trust}      external_root: s3://lake/nas\n`),
      );
      change(join(project, 'models/landing/sources.yml'), (text) =>
        text
          .replace(/"read_parquet\(.*\)"/, '"delta_scan(\'s3://lake/landing/quotes\')"')
          .replace(/"read_csv\(.*\)"/, '"delta_scan(\'s3://lake/landing/instruments\')"'),
      );
    }
    const storage = {
      ...{ AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1', AWS_ALLOW_HTTP: String(certificates === undefined) },
      ...{ AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey },
    };
    const command = [findEnvironment('delta'), '-c', landing, join(first, 'landing'), JSON.stringify(storage)];
    const landed = await runProgram(command, { env: { SSL_CERT_FILE: join(first, 'ca.pem') } });
    expect(landed.exitCode, landed.stderr).toBe(0);
  }, minioTimeout);
  afterAll(async () => {
    await server.close();
    for (const project of checkouts) removeFolder(project);
  });

  test('is built from two checkouts at once, and read by others', async () => {
    const built = await Promise.all([first, second].map((project) => eider(project, 'build', '--wait')));
    for (const one of built) expect(one.exitCode, one.stdout + one.stderr).toBe(0);
    const published = await eider(first, 'publish');
    expect(published.exitCode, published.stdout).toBe(0);
    const { endpoint, keys } = server;
    const trust = certificates === undefined ? [] : [`SET GLOBAL ca_cert_file = '${join(first, 'ca.pem')}'`];
    const secret = `CREATE SECRET (TYPE s3, KEY_ID '${keys.accessKeyId}', SECRET '${keys.secretAccessKey}', ENDPOINT '${new URL(endpoint).host}', URL_STYLE 'path', USE_SSL ${useSsl}, REGION 'us-east-1')`;
    const statements = ['LOAD httpfs', ...trust, secret, answer];
    const env = { HOME: findPeers().home };
    const java = ['java', '-cp', findJar('1.5.5.0'), join(import.meta.dirname, 'java', 'Ask.java')];
    const extensions = `SET extension_directory = '${join(env.HOME, '.duckdb/extensions')}'`;
    const catalog = join(first, 'catalog/dev.duckdb');
    for (const reader of [[findPeers().dbtPython, '-c', asking], java]) {
      const read = await runProgram([...reader, catalog, extensions, ...statements], { env });
      expect(read.exitCode, read.stderr).toBe(0);
      expect(read.stdout.trim().split('\n').at(-1)).toBe('ABC 60 11.1, XYZ 5 205.5');
    }
  });
});
