import { expect, test } from 'vitest';
import { signedHeaders } from './sign.ts';

// Invariant: requests are signed as Amazon's own examples are (Signature Version 4, header form, service S3).

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const url = 'https://examplebucket.s3.amazonaws.com/';
const now = new Date('2013-05-24T00:00:00Z');

test.each([
  [{ lifecycle: '' }, 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
  [{ prefix: 'J', 'max-keys': '2' }, '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
])('a question with the query %j', (query, signature) => {
  const { authorization } = signedHeaders({ method: 'GET', url, query, headers: {} }, credentials, 'us-east-1', now);
  expect(authorization).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${signature}`,
  );
});

test('an object with headers of its own, and a session', () => {
  const body = new TextEncoder().encode('Welcome to Amazon S3.');
  const headers = { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' };
  const parts = { method: 'PUT', url: `${url}test%24file.text`, query: {}, headers, body };
  const signed = signedHeaders(parts, credentials, 'us-east-1', now);
  expect(signed.authorization).toMatch(/98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd$/);
  const inSession = { ...credentials, sessionToken: 'of an hour' };
  expect(signedHeaders(parts, inSession, 'us-east-1', now)).toMatchObject({
    'x-amz-security-token': 'of an hour',
    authorization: expect.stringContaining(';x-amz-security-token;'),
  });
});

test('another key, day or region gives another signature, whatever was signed before', () => {
  const parts = { method: 'GET', url, query: {}, headers: {} };
  const sign = ([secretAccessKey, region, day]: readonly [string, string, string]): string | undefined =>
    signedHeaders(parts, { ...credentials, secretAccessKey }, region, new Date(day))
      .authorization?.split('=')
      .at(-1);
  const asked: readonly (readonly [string, string, string])[] = [
    ['one', 'us-east-1', '2026-11-21'],
    ['other', 'us-east-1', '2026-11-21'],
    ['one', 'eu-west-1', '2026-11-21'],
    ['one', 'us-east-1', '2026-11-22'],
  ];
  const first = asked.map(sign);
  expect(new Set(first).size).toBe(4);
  expect(asked.map(sign)).toEqual(first);
});
