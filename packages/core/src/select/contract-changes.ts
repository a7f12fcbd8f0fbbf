import type { ModelNode } from '../manifest/nodes.ts';
import type { StateRecord } from '../manifest/previous-state.ts';
import { isSame, recordIn } from './same-value.ts';

/** How a model's contract compares with that of an earlier state, as dbt sees it; `breaking` says what readers of the model lose, in dbt's words. */
export interface ContractChange {
  readonly isSame: boolean;
  readonly breaking: readonly string[];
}

const same: ContractChange = { isSame: true, breaking: [] };

/** Compares the contract of a model with what it was. A contract that is new, or that only got more, is changed and breaks nothing. */
export function contractChange(old: StateRecord, node: ModelNode): ContractChange {
  const was = recordIn(old, 'contract');
  if (was.enforced !== true) return node.contract.enforced ? { isSame: false, breaking: [] } : same;
  if (node.contract.enforced && node.contract.checksum === was.checksum) return same;
  const enforcedBefore = holdsConstraints(old);
  const before = Object.entries(recordIn(old, 'columns')).map(([key, column]) => [key, column as StateRecord] as const);
  const hadConstraints = before.some(([, column]) => listIn(column, 'constraints').length > 0);
  const lists: readonly (readonly [title: string, entries: readonly string[]])[] = [
    [
      'Columns were removed: ',
      before.filter(([key]) => node.columns[key] === undefined).map(([, one]) => text(one.name)),
    ],
    ['Columns with data_type changes: ', before.flatMap(([key, column]) => typeChange(column, node, key))],
    [
      'Enforced column level constraints were removed: ',
      enforcedBefore ? before.flatMap(([key, column]) => lostColumnConstraints(column, node, key)) : [],
    ],
    ['Enforced model level constraints were removed: ', enforcedBefore ? lostModelConstraints(old, node) : []],
    [
      'Materialization changed with enforced constraints: ',
      enforcedBefore && !holdsConstraints(node) && (listIn(old, 'constraints').length > 0 || hadConstraints)
        ? [`${text(recordIn(old, 'config').materialized)} -> ${node.config.materialized}`]
        : [],
    ],
  ];
  const told = lists.filter(([, entries]) => entries.length > 0);
  return {
    isSame: false,
    breaking: [
      ...(node.contract.enforced ? [] : [enforcementRemoved]),
      ...told.map(([title, entries]) => `${title}\n    - ${entries.join('\n    - ')}`),
    ],
  };
}

const enforcementRemoved =
  'Contract enforcement was removed: Previously, this model had an enforced contract. It is no longer configured to enforce its contract, and this is a breaking change.';

/** What is lost with a model that is gone or switched off; null where it promised nothing, or where its time is over. */
export function removedContract(node: StateRecord, isDisabled: boolean, now: Date): string | null {
  if (node.resource_type !== 'model' || recordIn(node, 'contract').enforced !== true) return null;
  const over = typeof node.deprecation_date === 'string' ? Date.parse(node.deprecation_date) : Number.NaN;
  if (over < now.getTime()) return null;
  return `Contracted model '${text(node.unique_id)}' was ${isDisabled ? 'disabled' : 'deleted or renamed'}.`;
}

/** Views and files have no constraints that the database would hold. */
function holdsConstraints(node: Readonly<{ config?: unknown }>): boolean {
  const { materialized } = recordIn(node, 'config');
  return materialized === 'table' || materialized === 'incremental';
}

/** Sizes do not count: `varchar(3)` and `varchar(10)` are one type. */
function typeChange(column: StateRecord, node: ModelNode, key: string): readonly string[] {
  const now = node.columns[key];
  if (now === undefined || column.data_type === now.data_type) return [];
  const plain = (type: unknown): unknown =>
    typeof type === 'string' && type !== '' ? type.split('(')[0]?.trim().toLowerCase() : type;
  if (plain(column.data_type) === plain(now.data_type)) return [];
  return [`${text(column.name)} (${text(column.data_type)} -> ${text(now.data_type)})`];
}

function lostColumnConstraints(column: StateRecord, node: ModelNode, key: string): readonly string[] {
  const now = node.columns[key];
  if (now === undefined) return [];
  return lost(listIn(column, 'constraints'), now.constraints).map(
    (one) => `'${text(one.name ?? one.type)}' constraint on column ${key}`,
  );
}

function lostModelConstraints(old: StateRecord, node: ModelNode): readonly string[] {
  return lost(listIn(old, 'constraints'), node.constraints).map((one) => {
    const columns = listIn(one, 'columns').map((column) => `'${text(column)}'`);
    return `'${text(one.name ?? one.type)}' constraint on columns [${columns.join(', ')}]`;
  });
}

/** DuckDB enforces all kinds but those that are made by hand. */
function lost(before: readonly unknown[], now: readonly unknown[]): readonly StateRecord[] {
  return before
    .map((one) => one as StateRecord)
    .filter((one) => one.type !== 'custom' && !now.some((other) => isSame(one, other)));
}

function listIn(record: StateRecord, key: string): readonly unknown[] {
  const value = record[key];
  return Array.isArray(value) ? value : [];
}

/** As Python prints it. */
function text(value: unknown): string {
  return value === null || value === undefined ? 'None' : String(value);
}
