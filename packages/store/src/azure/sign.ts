import { createHmac } from 'node:crypto';
import type { RemoteRequest } from '../remote/exchange.ts';
import type { PreparedRequest } from '../remote/sender.ts';
import { escapeUri, queryText } from '../remote/url.ts';
import type { AzureAccess, AzureCredentials } from './access.ts';

/** What is asked of a container. */
export interface AzureRequest extends RemoteRequest {
  /** Empty for the container itself. */
  readonly key: string;
}

/** The version of the protocol that is spoken. */
const version = '2021-12-02';

/** The URL of a blob, or of the container where `key` is empty. */
export function blobUrl({ endpoint }: AzureAccess, container: string, key: string): string {
  const path = [container, ...(key === '' ? [] : key.split('/'))].map(escapeUri).join('/');
  return `${endpoint}/${path}`;
}

/** A request with what proves who sends it: a signature by the account's key (Shared Key), that of a URL, or a token. */
export function signedRequest(
  access: AzureAccess,
  container: string,
  request: AzureRequest,
  credentials: AzureCredentials | null,
): PreparedRequest {
  const { method, key, query = {}, body } = request;
  const content = body ?? (method === 'PUT' ? new Uint8Array() : undefined);
  const headers: Record<string, string> = {
    ...request.headers,
    'x-ms-version': version,
    'x-ms-date': new Date().toUTCString(),
  };
  const url = `${blobUrl(access, container, key)}${queryText(query)}`;
  const init = { method, ...(content === undefined ? {} : { body: content as Uint8Array<ArrayBuffer> }) };
  if (credentials === null) return { ...init, headers, url };
  if ('sas' in credentials)
    return { ...init, headers, url: `${url}${Object.keys(query).length > 0 ? '&' : '?'}${credentials.sas}` };
  if ('token' in credentials) headers.authorization = `Bearer ${credentials.token}`;
  else {
    const text = textToSign(access.account, url, { method, headers, query, length: content?.length ?? 0 });
    const key64 = Buffer.from(credentials.accountKey, 'base64');
    const signature = createHmac('sha256', key64).update(text).digest('base64');
    headers.authorization = `SharedKey ${access.account}:${signature}`;
  }
  return { ...init, headers, url };
}

/** https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key */
function textToSign(
  account: string,
  url: string,
  sent: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly query: Readonly<Record<string, string>>;
    readonly length: number;
  },
): string {
  const { headers, length, method, query } = sent;
  const named = (name: string): string => headers[name] ?? '';
  const standard = ['date', 'if-modified-since', 'if-match', 'if-none-match', 'if-unmodified-since', 'range'];
  const own = Object.entries(headers).filter(([name]) => name.startsWith('x-ms-'));
  return [
    ...[method, '', '', length === 0 ? '' : String(length), '', named('content-type')],
    ...standard.map(named),
    ...own.map(([name, value]) => `${name}:${value.trim()}`).sort(),
    `/${account}${new URL(url).pathname}`,
    ...Object.entries(query)
      .map(([name, value]) => `${name.toLowerCase()}:${value}`)
      .sort(),
  ].join('\n');
}
