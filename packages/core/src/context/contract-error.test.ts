import { expect, test } from 'vitest';
import { contractMessage } from './contract-error.ts';
import { exceptionFunctions } from './exceptions.ts';

const column = (name: string, type: string): Record<string, string> => ({ name, data_type: type, formatted: '' });

// dbt-core 1.11 prints this table.
test('columns that differ stand in a table, by name', () => {
  const contract = [
    column('id', 'VARCHAR'),
    column('more', 'INTEGER'),
    column('Name', 'VARCHAR'),
    column('same', 'DATE'),
  ];
  const definition = [
    column('id', 'INTEGER'),
    column('name', 'VARCHAR'),
    column('extra', 'INTEGER'),
    column('same', 'DATE'),
  ];
  expect(contractMessage(contract, definition).split('\n').slice(3)).toEqual([
    '| column_name | definition_type | contract_type | mismatch_reason       |',
    '| ----------- | --------------- | ------------- | --------------------- |',
    '| Name        |                 | VARCHAR       | missing in definition |',
    '| extra       | INTEGER         |               | missing in contract   |',
    '| id          | INTEGER         | VARCHAR       | data type mismatch    |',
    '| more        |                 | INTEGER       | missing in definition |',
    '| name        | VARCHAR         |               | missing in contract   |',
  ]);
});

test('a contract without columns is told apart', () => {
  expect(contractMessage([], [column('id', 'INTEGER')])).toContain("its 'columns' specification is missing");
});

// dbt-core 1.11 writes this into run_results.json.
test('columns without a type are named', () => {
  const { column_type_missing: missing } = exceptionFunctions(() => undefined);
  expect(() => missing?.__call__([['color', 'size']], null)).toThrow(
    'Contracted models require data_type to be defined for each column. Please ensure that the column name and ' +
      "data_type are defined within the YAML configuration for the ['color', 'size'] column(s).",
  );
});
