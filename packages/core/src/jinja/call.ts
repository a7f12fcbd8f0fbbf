/** What dbt's `return(v)` throws. It is no Error: it has no stack, and only a registered macro catches it. */
export class Return {
  readonly value: unknown;
  /** Where the outermost template stood that it left, packed. */
  place = 0;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** dbt's `return(v)`: leaves the registered macro that runs, which then gives `value` as it is. */
export function returnValue(value: unknown): never {
  throw new Return(value);
}
