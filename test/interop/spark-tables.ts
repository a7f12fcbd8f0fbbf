import type { SparkColumn } from './spark.ts';

/** A table that Spark makes by statements in which `@` is its name, the columns that only its own builder can give it, and the feature for which we refuse to read or to write it. */
export interface SparkTable {
  readonly statements: readonly string[];
  readonly columns?: readonly SparkColumn[];
  readonly unreadable?: string;
  readonly unwritable?: string;
}

/** A table for each feature of Delta Lake 4.0. */
export const sparkTables: Readonly<Record<string, SparkTable>> = {
  plain: {
    statements: [
      "CREATE TABLE @ USING delta AS SELECT id AS n, timestamp'1500-01-01 01:02:03.000004' AS t, array(1, null) AS l FROM range(9)",
    ],
  },
  partitioned: {
    statements: [
      'CREATE TABLE @ (n BIGINT, d DATE, t TIMESTAMP, b BOOLEAN, x DECIMAL(10,2)) USING delta PARTITIONED BY (d, t, b, x)',
      "INSERT INTO @ VALUES (1, date'2024-01-01', timestamp'2024-01-01 01:02:03.000004', true, 1.50), (2, NULL, NULL, NULL, NULL)",
    ],
  },
  ntz: {
    statements: [
      'CREATE TABLE @ (n BIGINT, t TIMESTAMP_NTZ) USING delta',
      "INSERT INTO @ VALUES (1, timestamp_ntz'2024-01-01 01:02:03.000004')",
    ],
  },
  'not null': {
    statements: [
      'CREATE TABLE @ (n BIGINT NOT NULL, s STRUCT<a: INT NOT NULL>) USING delta',
      "INSERT INTO @ VALUES (1, named_struct('a', 2))",
    ],
  },
  'deletion vectors': {
    statements: [
      "CREATE TABLE @ USING delta TBLPROPERTIES ('delta.enableDeletionVectors' = 'true') AS SELECT /*+ COALESCE(1) */ id AS n FROM range(1000)",
      'DELETE FROM @ WHERE n % 7 = 0',
    ],
  },
  'column mapping by name': {
    statements: [
      "CREATE TABLE @ (n BIGINT, `a b` STRUCT<c: INT, d: INT>, p STRING) USING delta PARTITIONED BY (p) TBLPROPERTIES ('delta.columnMapping.mode' = 'name')",
      "INSERT INTO @ VALUES (1, named_struct('c', 2, 'd', 3), 'x')",
      'ALTER TABLE @ RENAME COLUMN n TO m',
      'ALTER TABLE @ RENAME COLUMN p TO q',
      'ALTER TABLE @ DROP COLUMN `a b`.d',
      'ALTER TABLE @ ADD COLUMN n STRING',
      "INSERT INTO @ VALUES (2, named_struct('c', 4), 'y', 'new')",
    ],
    unwritable: 'columnMapping',
  },
  'column mapping by id': {
    statements: [
      "CREATE TABLE @ (n BIGINT, a STRING) USING delta TBLPROPERTIES ('delta.columnMapping.mode' = 'id')",
      "INSERT INTO @ VALUES (1, 'x')",
      'ALTER TABLE @ RENAME COLUMN a TO b',
      "INSERT INTO @ VALUES (2, 'y')",
    ],
    unwritable: 'columnMapping',
  },
  'generated columns': {
    columns: [
      ['n', 'BIGINT'],
      ['twice', 'BIGINT', 'n * 2'],
    ],
    statements: ['INSERT INTO @ (n) VALUES (1), (2)'],
    unwritable: 'generatedColumns',
  },
  'identity columns': {
    columns: [
      ['id', 'BIGINT', 'identity'],
      ['n', 'BIGINT'],
    ],
    statements: ['INSERT INTO @ (n) VALUES (1), (2)'],
    unwritable: 'identityColumns',
  },
  defaults: {
    statements: [
      "CREATE TABLE @ (n BIGINT, s STRING DEFAULT 'x') USING delta TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported')",
      'INSERT INTO @ (n) VALUES (1)',
    ],
    unwritable: 'allowColumnDefaults',
  },
  'row tracking': {
    statements: [
      "CREATE TABLE @ USING delta TBLPROPERTIES ('delta.enableRowTracking' = 'true') AS SELECT id AS n FROM range(9)",
      'DELETE FROM @ WHERE n = 3',
    ],
    unwritable: 'rowTracking',
  },
  'type widening': {
    statements: [
      "CREATE TABLE @ (n BYTE, i INT, f FLOAT, d DATE, m DECIMAL(5,2), s STRUCT<a: SMALLINT>) USING delta TBLPROPERTIES ('delta.enableTypeWidening' = 'true', 'delta.feature.timestampNtz' = 'supported')",
      "INSERT INTO @ VALUES (1, 2, 1.5, date'2024-01-01', 1.25, named_struct('a', 1S))",
      'ALTER TABLE @ ALTER COLUMN n TYPE INT',
      'ALTER TABLE @ ALTER COLUMN i TYPE DOUBLE',
      'ALTER TABLE @ ALTER COLUMN f TYPE DOUBLE',
      'ALTER TABLE @ ALTER COLUMN d TYPE TIMESTAMP_NTZ',
      'ALTER TABLE @ ALTER COLUMN m TYPE DECIMAL(9,4)',
      'ALTER TABLE @ ALTER COLUMN s.a TYPE INT',
      "INSERT INTO @ VALUES (100000, 1e300, 1e300, timestamp_ntz'2024-01-02 03:04:05', 12345.1234, named_struct('a', 100000))",
    ],
    unwritable: 'typeWidening',
  },
  'checkpoints of version 2': {
    statements: [
      "CREATE TABLE @ USING delta TBLPROPERTIES ('delta.checkpointPolicy' = 'v2', 'delta.checkpointInterval' = '2') AS SELECT id AS n FROM range(9)",
      'INSERT INTO @ VALUES (10)',
      'INSERT INTO @ VALUES (11)',
      'DELETE FROM @ WHERE n = 1',
    ],
  },
  'liquid clustering': {
    statements: [
      'CREATE TABLE @ (n BIGINT, s STRING) USING delta CLUSTER BY (n)',
      "INSERT INTO @ SELECT id, 'x' FROM range(9)",
      'OPTIMIZE @',
    ],
    unwritable: 'clustering',
  },
  'a change data feed': {
    statements: [
      "CREATE TABLE @ USING delta TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true') AS SELECT id AS n FROM range(9)",
      'UPDATE @ SET n = -n WHERE n > 4',
    ],
  },
  'commit timestamps': {
    statements: [
      "CREATE TABLE @ USING delta TBLPROPERTIES ('delta.enableInCommitTimestamps' = 'true') AS SELECT id AS n FROM range(9)",
      'INSERT INTO @ VALUES (10)',
    ],
  },
  'check constraints': {
    statements: [
      'CREATE TABLE @ (n BIGINT) USING delta',
      'ALTER TABLE @ ADD CONSTRAINT positive CHECK (n > 0)',
      'INSERT INTO @ VALUES (1)',
    ],
  },
  variants: {
    statements: ['CREATE TABLE @ (n BIGINT, v VARIANT) USING delta', "INSERT INTO @ SELECT 1, parse_json('{}')"],
    unreadable: 'variantType',
  },
};
