import { describe, expect, it } from 'vitest';
import { didYouMean, didYouMeanHint } from './near-names.ts';

describe('didYouMean', () => {
  it.each([
    ['mdels', ['models', 'seeds'], 'models'],
    ['model_paths', ['seed-paths', 'model-paths'], 'model-paths'],
    ['Description', ['description'], 'description'],
    ['descritpion', ['description'], 'description'],
    ['taget', ['target', 'tags'], 'target'],
    ['a', ['b'], undefined],
    ['xyz', ['models', 'seeds'], undefined],
    ['models', ['models'], undefined],
    ['stg_orders', ['stg_order', 'stg_orders_v2'], 'stg_order'],
    ['', ['x'], undefined],
    ['anything', [], undefined],
  ])('%s of %j is %s', (name, candidates, expected) => {
    expect(didYouMean(name, candidates)).toBe(expected);
  });

  it('takes the nearest, not the first', () => {
    expect(didYouMean('colums', ['column_x', 'columns', 'volumes'])).toBe('columns');
  });

  it('says it as a sentence', () => {
    expect(didYouMeanHint('mdels', ['models'])).toBe('Did you mean "models"?');
    expect(didYouMeanHint('zzz', ['models'])).toBeUndefined();
  });
});
