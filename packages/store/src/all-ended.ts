/** As `Promise.all`, but nothing goes on any more when it throws: the first failure, in the order of the list. */
export async function allEnded<T extends readonly unknown[] | []>(work: T): Promise<Ended<T>> {
  const ended = await Promise.allSettled(work);
  const values = ended.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
  return values as unknown as Ended<T>;
}

type Ended<T extends readonly unknown[] | []> = { readonly [K in keyof T]: Awaited<T[K]> };
