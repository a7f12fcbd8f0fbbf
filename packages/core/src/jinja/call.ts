import { type Callable, rawFunction } from './values/call-value.ts';
import { bindArguments, type Parameter, signature } from './values/signature.ts';

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
function returnValue(value: unknown): never {
  throw new Return(value);
}

/** `return` as templates call it. Markup stays what it is. */
export function returnFunction(parameter: Parameter = 'data'): Callable {
  const sig = signature('return', [parameter]);
  return rawFunction('return', (args, kwargs) => returnValue(bindArguments(sig, args, kwargs)[0]), 'function');
}
