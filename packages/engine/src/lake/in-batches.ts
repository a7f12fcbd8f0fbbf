/** Does one thing to each item, so many at once. */
export async function inBatches<T>(
  items: readonly T[],
  size: number,
  action: (item: T) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) await action(items[i] as T);
  };
  await Promise.all(Array.from({ length: Math.min(size, items.length) }, worker));
}
