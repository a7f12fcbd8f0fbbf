import { PyError } from './py-error.ts';

/** Steps of one render: some seconds of loops. What a macro does 2.5 million times is a mistake. */
const mostSteps = 20_000_000;
const mostItems = 10_000_000;
const mostCharacters = 100_000_000;

/** The price in steps of what takes longer than a pass of a loop. */
const prices: { readonly macro: number; readonly generated: number } = { macro: 8, generated: 4 };

let spent = 0;

/** A render begins: it may spend all steps anew. Renders that run at the same time share them. */
export function startWork(): void {
  spent = 0;
}

/** Counts steps of work. Throws RuntimeError once a render spent too many: it would hardly end. */
export function spend(steps: number): void {
  spent += steps;
  if (spent > mostSteps) endless();
}

/** Counts a call of a macro. */
export function spendMacro(): void {
  spend(prices.macro);
}

/** Counts an element that a generator gave. */
export function spendGenerated(): void {
  spend(prices.generated);
}

function endless(): never {
  spent = 0;
  throw new PyError(
    'RuntimeError',
    `the template takes more than ${mostSteps} steps: a loop in it seems to be endless`,
  );
}

/** Throws MemoryError for a list or dict that grows beyond ten million elements. */
export function refuseItems(count: number): void {
  if (count > mostItems) throw new PyError('MemoryError', `a value of more than ${mostItems} elements is too large`);
}

/** Throws MemoryError for a text of more than a hundred million characters. */
export function refuseText(length: number): void {
  if (length > mostCharacters) {
    throw new PyError('MemoryError', `a text of more than ${mostCharacters} characters is too large`);
  }
}
