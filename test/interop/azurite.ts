import { join } from 'node:path';
import { type AzureAccess, azureAccess } from '../../packages/store/src/azure/access.ts';
import { signedRequest } from '../../packages/store/src/azure/sign.ts';
import { temporaryFolder } from '../support/temporary-project.ts';
import { findAzurite } from './peers.ts';
import { startProgram } from './real-server.ts';

/** Azure's emulator with an empty container `lake`. */
export interface Azurite {
  readonly access: AzureAccess;
  /** For profiles. */
  readonly connectionString: string;
  close(): Promise<void>;
}

/** Starts azurite over a temporary folder. */
export async function startAzurite(): Promise<Azurite> {
  const folder = temporaryFolder('azurite');
  const program = findAzurite();
  const server = await startProgram({
    ...{ folder, secure: false, env: {} },
    command: (port) => [
      ...[program, '--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', join(folder, 'data')],
      ...['--silent', '--disableTelemetry', '--skipApiVersionCheck'],
    ],
  });
  const account = 'devstoreaccount1';
  const endpoint = `${server.endpoint}/${account}`;
  const access = { ...azureAccess({ connectionString: 'UseDevelopmentStorage=true' }), endpoint };
  const keys = await access.credentials();
  if (keys === null || !('accountKey' in keys)) throw new Error('the emulator has a key');
  const request = { method: 'PUT', key: '', query: { restype: 'container' }, doing: 'make the container' } as const;
  const { url, ...init } = signedRequest(access, 'lake', request, keys);
  const made = await fetch(url, init);
  if (made.status !== 201) throw new Error(`azurite made no container: ${made.status} ${await made.text()}`);
  const parts = ['DefaultEndpointsProtocol=http', `AccountName=${account}`, `AccountKey=${keys.accountKey}`];
  const connectionString = [...parts, `BlobEndpoint=${endpoint};`].join(';');
  return { access, connectionString, close: server.close };
}
