import { type Store, StoreError } from '@eider/store';
import { LakeError } from './lake-error.ts';

/** The object of a key, read as JSON; undefined where there is none. Throws `lake/damaged` for one that holds something else. */
export async function readJson<T>(store: Store, key: string): Promise<T | undefined> {
  const text = await textOf(store, key);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T);
  } catch (cause) {
    const message = `${store.root}/${key}, an object of the lake's state, is damaged: it holds no JSON.`;
    const hint = 'Restore it from a backup. Readers of the published catalog still see the state of before.';
    throw new LakeError('lake/damaged', message, hint, { cause });
  }
}

async function textOf(store: Store, key: string): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await store.get(key));
  } catch (cause) {
    if (cause instanceof StoreError && cause.code === 'store/not-found') return undefined;
    throw cause;
  }
}

/** As `readJson`, for an object that can be made again: unreadable is as good as absent. */
export async function readHint<T>(store: Store, key: string): Promise<T | undefined> {
  try {
    return await readJson<T>(store, key);
  } catch (cause) {
    if (cause instanceof LakeError && cause.code === 'lake/damaged') return undefined;
    throw cause;
  }
}

/** A value as the bytes of a JSON object. */
export function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}
