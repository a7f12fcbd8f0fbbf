/** As `Promise.all`, but nothing goes on any more when it throws: the first failure, in the order of the list. */
export async function allEnded<T>(work: Iterable<Promise<T>>): Promise<readonly T[]> {
  const ended = await Promise.allSettled(work);
  return ended.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}
