import { generate } from 'selfsigned';

/** A private authority and a certificate that it signed, PEM. */
export interface TestCertificates {
  /** The authority's certificate: what a client has to trust. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes an authority of its own, and a certificate of its for `localhost` and `127.0.0.1`, or for `name`. */
export async function testCertificates(name?: string): Promise<TestCertificates> {
  const authority = await generate([{ name: 'commonName', value: 'eider test authority' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true },
    ],
  });
  const altNames =
    name === undefined
      ? [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ]
      : [{ type: 2, value: name }];
  const server = await generate([{ name: 'commonName', value: name ?? 'localhost' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames },
    ],
  } as Parameters<typeof generate>[1]);
  return { ca: authority.cert, cert: server.cert, key: server.private };
}
