function nothing<T>(): ReadonlyMap<string, T> {
  return new Map();
}

/** What one call leaves to the next, by key. Of what was left before, only what a call keeps stays. */
export class Leftovers<T> {
  #before: ReadonlyMap<string, T> | null = null;
  #load = nothing<T>;
  #now = new Map<string, T>();
  #isChanged = false;

  /** What the call before left. */
  find(key: string): T | undefined {
    return this.#left().get(key);
  }

  /** Leaves something to the next call: what was found, or something new. */
  keep(key: string, value: T): void {
    this.#now.set(key, value);
  }

  /** Ends a call. */
  turn(): void {
    const [before, now] = [this.#left(), this.#now];
    if (before.size !== now.size) this.#isChanged = true;
    for (const [key, value] of now) if (before.get(key) !== value) this.#isChanged = true;
    this.#before = now;
    this.#now = new Map();
  }

  /** Forgets everything. */
  clear(): void {
    this.#before = new Map();
    this.#isChanged = true;
  }

  /** Whether any call has left other things than it found. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** What the last call left. */
  entries(): Iterable<readonly [key: string, value: T]> {
    return this.#left();
  }

  /** Puts in what an earlier process left: `load` is called when somebody asks for it. */
  restore(load: () => ReadonlyMap<string, T>): void {
    this.#before = null;
    this.#load = load;
    this.#isChanged = false;
  }

  #left(): ReadonlyMap<string, T> {
    this.#before ??= this.#load();
    this.#load = nothing;
    return this.#before;
  }
}
