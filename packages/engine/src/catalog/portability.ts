import type { Connection } from '../session/session.ts';
import { nodesOf, syntaxTree } from './syntax-tree.ts';

const classes = words(
  'BETWEEN CASE CAST COLLATE COLUMN_REF COMPARISON CONJUNCTION CONSTANT DEFAULT FUNCTION LAMBDA OPERATOR POSITIONAL_REFERENCE STAR SUBQUERY WINDOW',
);

/** Kinds of nodes, expressions, modifiers and type details that DuckDB 1.0.0 writes for the same statements. */
const types = words(`
  SELECT_NODE SET_OPERATION_NODE RECURSIVE_CTE_NODE CTE_NODE
  BASE_TABLE EMPTY EXPRESSION_LIST JOIN PIVOT SHOW_REF SUBQUERY TABLE_FUNCTION
  DISTINCT_MODIFIER LIMIT_MODIFIER LIMIT_PERCENT_MODIFIER ORDER_MODIFIER ASCENDING DESCENDING ORDER_DEFAULT
  ARRAY_EXTRACT ARRAY_SLICE STRUCT_EXTRACT ARRAY_CONSTRUCTOR CASE_EXPR COLLATE COLUMN_REF CONJUNCTION_AND CONJUNCTION_OR FUNCTION GROUPING_FUNCTION
  COMPARE_BETWEEN COMPARE_NOT_BETWEEN COMPARE_DISTINCT_FROM COMPARE_EQUAL COMPARE_GREATERTHAN COMPARE_GREATERTHANOREQUALTO COMPARE_IN COMPARE_LESSTHAN
  COMPARE_LESSTHANOREQUALTO COMPARE_NOTEQUAL COMPARE_NOT_DISTINCT_FROM COMPARE_NOT_IN
  LAMBDA OPERATOR_CAST OPERATOR_COALESCE OPERATOR_IS_NOT_NULL OPERATOR_IS_NULL OPERATOR_NOT OPERATOR_NULLIF POSITIONAL_REFERENCE STAR VALUE_CONSTANT VALUE_DEFAULT
  WINDOW_AGGREGATE WINDOW_CUME_DIST WINDOW_FIRST_VALUE WINDOW_LAG WINDOW_LAST_VALUE WINDOW_LEAD WINDOW_NTH_VALUE WINDOW_NTILE WINDOW_PERCENT_RANK
  WINDOW_RANK WINDOW_RANK_DENSE WINDOW_ROW_NUMBER
  ARRAY_TYPE_INFO DECIMAL_TYPE_INFO ENUM_TYPE_INFO LIST_TYPE_INFO STRING_TYPE_INFO STRUCT_TYPE_INFO UNBOUND_TYPE_INFO USER_TYPE_INFO GENERIC_TYPE_INFO`);

const typeIds = new Set([
  ...words(
    'ARRAY BIGINT BIT BLOB BOOLEAN DATE DECIMAL DOUBLE ENUM FLOAT HUGEINT INTEGER INTERVAL LIST MAP NULL SMALLINT STRUCT TIME TIMESTAMP',
  ),
  ...words(
    'TIMESTAMP_MS TIMESTAMP_NS TIMESTAMP_S TINYINT UBIGINT UHUGEINT UINTEGER UNBOUND UNION UNKNOWN USER USMALLINT UTINYINT UUID VARCHAR',
  ),
  ...['TIME WITH TIME ZONE', 'TIMESTAMP WITH TIME ZONE'],
]);

/** Fields that came after 1.0.0, with the value that an older reader need not know. */
const later: Readonly<Record<string, readonly unknown[]>> = {
  arg_orders: [[]],
  at_clause: [null],
  key_targets: [[]],
  qualified_exclude_list: [[]],
  rename_list: [[]],
  with_ordinality: ['WITHOUT_ORDINALITY'],
};

/**
 * Why a view's SQL cannot stand in a catalog that DuckDB 1.0 opens under any name; null where it can. A view is stored as a syntax tree: one kind of
 * node that an old reader does not know keeps it from opening the file. The connection may be any; nothing is bound.
 */
export async function whyNotPortable(connection: Connection, sql: string): Promise<string | null> {
  const tree = await syntaxTree(connection, sql);
  if (tree.error) return tree.error_message ?? 'it is not one SELECT';
  for (const node of nodesOf(tree.statements)) {
    for (const [key, value] of Object.entries(node)) {
      const reason = reasonOf(key, value);
      if (reason !== null) return reason;
    }
  }
  return null;
}

function reasonOf(key: string, value: unknown): string | null {
  const allowed = later[key];
  if (allowed !== undefined && !allowed.some((each) => JSON.stringify(each) === JSON.stringify(value))) {
    return `DuckDB 1.0 does not know its ${key.replaceAll('_', ' ')}`;
  }
  if (typeof value !== 'string') return null;
  if (key === 'catalog_name' && value !== '') return `it names the database ${value}`;
  if (key === 'catalog' && value !== '' && value !== 'system') return `it names the database ${value}`;
  const known = key === 'class' ? classes : key === 'type' ? types : key === 'id' ? typeIds : undefined;
  return known === undefined || known.has(value) ? null : `DuckDB 1.0 does not know ${value}`;
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
