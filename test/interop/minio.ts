import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { s3Sender } from '../../packages/store/src/s3/request.ts';
import type { TestCertificates } from '../support/certificates.ts';
import { temporaryFolder } from '../support/temporary-project.ts';
import { findMinio } from './peers.ts';
import { type RealServer, serverKeys, startProgram } from './real-server.ts';

/** Milliseconds that a hook which starts MinIO may take: its build may not be over yet. */
export const minioTimeout = 1_800_000;

/** Starts MinIO over a temporary folder, once it is built; with a certificate it speaks TLS, with a domain it takes `BUCKET.domain` for a bucket. */
export async function startMinio(tls?: TestCertificates, domain?: string): Promise<RealServer> {
  const program = await findMinio();
  const folder = temporaryFolder('minio');
  const [data, certificates] = [join(folder, 'data'), join(folder, 'certificates')];
  for (const each of [data, certificates]) mkdirSync(each);
  if (tls !== undefined) {
    writeFileSync(join(certificates, 'public.crt'), tls.cert);
    writeFileSync(join(certificates, 'private.key'), tls.key);
  }
  const server = await startProgram({
    ...{ folder, secure: tls !== undefined },
    command: (port) => [
      ...[program, 'server', data, '--address', `127.0.0.1:${port}`],
      ...['--console-address', '127.0.0.1:0', '--certs-dir', certificates, '--quiet'],
    ],
    env: {
      MINIO_ROOT_USER: serverKeys.accessKeyId,
      MINIO_ROOT_PASSWORD: serverKeys.secretAccessKey,
      MINIO_BROWSER: 'off',
      ...(domain !== undefined && { MINIO_DOMAIN: domain }),
      // Without it any region is taken.
      MINIO_SITE_REGION: 'us-east-1',
    },
  });
  const access = {
    ...{ endpoint: server.endpoint, region: 'us-east-1', pathStyle: true, credentials: () => serverKeys },
    ...(tls !== undefined && { ca: tls.ca }),
  };
  // Beside refusing requests for its first moments it takes time to be ready.
  await s3Sender(access, 'lake')({ method: 'PUT', key: '', accept: [409], doing: 'make the bucket' });
  return server;
}
