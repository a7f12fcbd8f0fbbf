import { expect, test } from 'vitest';
import { EiderError } from '../diagnostics.ts';
import { varFunction } from './vars.ts';

const words = (vars: Readonly<Record<string, unknown>>, owner: string): string | undefined => {
  try {
    varFunction(vars, { owner, render: (text) => text }).__call__?.(['nope'], null);
  } catch (failure) {
    if (failure instanceof EiderError) return failure.diagnostics[0]?.cause;
    throw failure;
  }
  return undefined;
};

test('an unknown var is told of in dbt’s words too, for artifacts', () => {
  expect(words({ z: [1, 'é'], a: { k: true } }, 'model.shop.orders')).toBe(
    [
      "Required var 'nope' not found in config:",
      'Vars supplied to orders = {',
      '    "a": {',
      '        "k": true',
      '    },',
      '    "z": [',
      '        1,',
      '        "\\u00e9"',
      '    ]',
      '}',
    ].join('\n'),
  );
  expect(words({}, 'shop')).toBe("Required var 'nope' not found in config:\nVars supplied to <Configuration> = {}");
});
