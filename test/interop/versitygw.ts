import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary-project.ts';
import { findVersitygw } from './peers.ts';
import { type RealServer, serverKeys, startProgram } from './real-server.ts';

export interface Versitygw extends RealServer {
  /** The folder of the bucket `lake`: its objects are files. */
  readonly folder: string;
}

/**
 * Starts versitygw over a temporary folder; with a certificate (PEM) it speaks TLS, with a domain it takes `BUCKET.domain` for a bucket. It hangs up after each answer unless it
 * `keepsLines`, as the servers of Amazon and MinIO do.
 */
export async function startVersitygw(
  tls?: { readonly cert: string; readonly key: string },
  domain?: string,
  keepsLines = false,
): Promise<Versitygw> {
  const folder = temporaryFolder('versitygw');
  mkdirSync(join(folder, 'lake'));
  const certificate = join(folder, '.certificate');
  if (tls !== undefined) {
    writeFileSync(`${certificate}.pem`, tls.cert);
    writeFileSync(`${certificate}.key`, tls.key);
  }
  const secure = tls === undefined ? [] : ['--cert', `${certificate}.pem`, '--key', `${certificate}.key`];
  const program = findVersitygw();
  const virtual = domain === undefined ? [] : ['--virtual-domain', domain];
  const lines = keepsLines ? ['--keep-alive'] : [];
  const server = await startProgram({
    ...{ folder, secure: tls !== undefined },
    command: (port) => [
      ...[program, '--port', `127.0.0.1:${port}`],
      ...[...secure, ...virtual, ...lines, '--quiet', 'posix', folder],
    ],
    env: { ROOT_ACCESS_KEY: serverKeys.accessKeyId, ROOT_SECRET_KEY: serverKeys.secretAccessKey },
  });
  return { ...server, folder: join(folder, 'lake') };
}
