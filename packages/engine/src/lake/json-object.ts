import { type Store, StoreError } from '@eider/store';

/** The object of a key, read as JSON; undefined where there is none. */
export async function readJson<T>(store: Store, key: string): Promise<T | undefined> {
  try {
    return JSON.parse(new TextDecoder().decode(await store.get(key))) as T;
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
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** A value as the bytes of a JSON object. */
export function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}
