import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { findVersitygw } from './peers.ts';

/** An S3 server that is not ours, with an empty bucket `lake`. */
export interface Versitygw {
  /** `http://127.0.0.1:PORT`, or https. */
  readonly endpoint: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  close(): void;
}

/** Starts versitygw over a temporary folder; with a certificate (PEM) it speaks TLS. */
export async function startVersitygw(tls?: { readonly cert: string; readonly key: string }): Promise<Versitygw> {
  const keys = { accessKeyId: 'tester', secretAccessKey: 'tester-secret' };
  const folder = temporaryFolder('versitygw');
  mkdirSync(join(folder, 'lake'));
  const port = await freePort();
  const certificate = join(folder, '.certificate');
  if (tls !== undefined) {
    writeFileSync(`${certificate}.pem`, tls.cert);
    writeFileSync(`${certificate}.key`, tls.key);
  }
  const secure = tls === undefined ? [] : ['--cert', `${certificate}.pem`, '--key', `${certificate}.key`];
  const server = spawn(findVersitygw(), ['--port', `127.0.0.1:${port}`, ...secure, '--quiet', 'posix', folder], {
    stdio: 'ignore',
    env: { ...process.env, ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
  });
  const close = (): void => {
    server.kill();
    removeFolder(folder);
  };
  const endpoint = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  for (let turn = 0; turn < 600; turn++) {
    if (await listens(port)) return { endpoint, keys, close };
    await wait(100);
  }
  close();
  throw new Error(`versitygw did not answer at ${endpoint}`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
