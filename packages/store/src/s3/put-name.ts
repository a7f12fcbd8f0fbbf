import { randomBytes } from 'node:crypto';
import type { S3Sender } from './exchange.ts';

/** Carries the name of one put: who asks again after an answer that was lost finds out whether the object is its own. */
export const putName = 'x-amz-meta-eider-put';

export function newPutName(): string {
  return randomBytes(12).toString('hex');
}

/** The name of the put that made the object: undefined where there is no object, null where it has no name. */
export async function putThere(
  send: S3Sender,
  key: string,
  doing: string,
  once = false,
): Promise<string | null | undefined> {
  const { headers, status } = await send({ method: 'HEAD', key, accept: [404], doing, once });
  return status === 404 ? undefined : headers.get(putName);
}
