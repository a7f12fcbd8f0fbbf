import type { Store } from '@eider/store';

/** A store that does nothing more once it was asked to change something `calls` times: as after a kill, nobody tidies up. */
export function dyingStore(store: Store, calls: number): { readonly store: Store; readonly died: Promise<void> } {
  let left = calls;
  let die = (): void => undefined;
  const died = new Promise<void>((resolve) => {
    die = resolve;
  });
  const guard =
    <A extends readonly unknown[], R>(call: (...values: A) => Promise<R>) =>
    (...values: A): Promise<R> => {
      left -= 1;
      if (left >= 0) return call(...values);
      die();
      return new Promise<R>(() => undefined);
    };
  const { copy, delete: remove, link, put, putIfAbsent } = store;
  return {
    store: {
      ...store,
      copy: guard(copy),
      delete: guard(remove),
      link: guard(link),
      put: guard(put),
      putIfAbsent: guard(putIfAbsent),
    },
    died,
  };
}
