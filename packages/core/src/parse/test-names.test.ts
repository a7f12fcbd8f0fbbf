import { expect, test } from 'vitest';
import { testHash, testNames } from './test-names.ts';

/** Names and hashes as dbt-core 1.11 wrote them into its manifest. */
const cases = [
  {
    kind: 'unique',
    target: 'b_orders',
    args: { column_name: 'id', model: "{{ get_where_subquery(ref('b_orders')) }}" },
    full: 'unique_b_orders_id',
    short: 'unique_b_orders_id',
    hash: '4109014dea',
  },
  {
    kind: 'relationships',
    target: 'b_orders',
    args: {
      column_name: 'id',
      to: "ref('raw_orders')",
      field: 'id',
      model: "{{ get_where_subquery(ref('b_orders')) }}",
    },
    full: 'relationships_b_orders_id__id__ref_raw_orders_',
    short: 'relationships_b_orders_id__id__ref_raw_orders_',
    hash: 'c182ad5107',
  },
  {
    kind: 'accepted_values',
    target: 'b_orders',
    args: { column_name: 'id', values: ['a', 'b c', "it's"], model: "{{ get_where_subquery(ref('b_orders')) }}" },
    full: 'accepted_values_b_orders_id__a__b_c__it_s',
    short: 'accepted_values_b_orders_id__a__b_c__it_s',
    hash: 'de9124bace',
  },
  {
    kind: 'accepted_values',
    target: 'b_orders',
    args: {
      values: ['new', 'a very long value that makes the name long', 'another long value here'],
      quote: true,
      column_name: 'status',
      model: "{{ get_where_subquery(ref('b_orders')) }}",
    },
    full: 'accepted_values_b_orders_status__True__new__a_very_long_value_that_makes_the_name_long__another_long_value_here',
    short: 'accepted_values_b_orders_4879ff993ca3ac1ca6c101dc47c8e595',
    hash: '3a60d34473',
  },
];

test.each(cases)(
  "names and hashes of a test on $target are dbt's: $full",
  ({ kind, target, args, full, short, hash }) => {
    expect(testNames(kind, target, args)).toEqual({ full, short });
    expect(testHash(full, { name: kind, kwargs: args, namespace: null })).toBe(hash);
  },
);

test('a name of one’s own is hashed with the arguments, whatever their types', () => {
  const kwargs = {
    column_name: 'status',
    threshold: 3,
    list: [1, 2.5, true, null],
    d: { k: 'v' },
    model: "{{ get_where_subquery(ref('b_orders')) }}",
  };
  expect(testHash('a_custom_name', { name: 'my_generic', kwargs, namespace: null })).toBe('8d4db51579');
});
