/** The names that DuckDB gives the columns of a file or table made from a query in which names repeat, whatever their case: `a, a, A` becomes `a, a_1, A_2`. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  return names.map((name) => {
    const count = counts.get(name.toLowerCase());
    const unique = count === undefined ? name : freeName(name, count, counts);
    counts.set(unique.toLowerCase(), 1);
    return unique;
  });
}

function freeName(name: string, from: number, counts: Map<string, number>): string {
  let count = from;
  while (counts.has(`${name}_${count}`.toLowerCase())) count += 1;
  counts.set(name.toLowerCase(), count + 1);
  return `${name}_${count}`;
}

/** The names that dbt's reader of seeds gives the columns: a letter to one without a name (`a` to the first, `aa` to the 27th), `_2` and so on to one that repeats. */
export function seedNames(header: readonly string[]): readonly string[] {
  const names: string[] = [];
  for (const [i, given] of header.entries()) {
    const name = given === '' ? String.fromCharCode(97 + (i % 26)).repeat(Math.floor(i / 26) + 1) : given;
    let [unique, count] = [name, 1];
    while (names.includes(unique)) {
      count += 1;
      unique = `${name}_${count}`;
    }
    names.push(unique);
  }
  return names;
}
