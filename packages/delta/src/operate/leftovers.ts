import type { Store } from '@eider/store';
import { logFolder } from '../log/log-names.ts';

/** Deletes the objects of a table's folder whose names begin with `prefix`: what a write that failed left behind. */
export async function discard(store: Store, prefix: string): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = await store.list(after === '' ? {} : { after });
    const own = page.objects.filter(({ key }) => !key.startsWith(logFolder) && nameOf(key).startsWith(prefix));
    for (const { key } of own) await store.delete(key);
    after = page.next;
  }
}

const nameOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

/** Deletes objects that were staged for a change that is not made. */
export async function discardKeys(store: Store, keys: readonly string[]): Promise<void> {
  for (const key of keys) await store.delete(key);
}
