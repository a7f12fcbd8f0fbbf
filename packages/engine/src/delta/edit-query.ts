import {
  type Arm,
  canMeet,
  type Edit,
  type Insert,
  type OpenSource,
  type StructField,
  type StructType,
} from '@eider/delta';
import { quoteName, quoteText } from '../session/quote.ts';
import { duckTypeOf } from './delta-types.ts';
import type { Meetings } from './meetings.ts';
import { placeColumns } from './scan-query.ts';

/** An edit as SQL: its rows come from a query over the table's files (with `placeColumns`) and a relation. */
export interface EditSql {
  readonly edit: Edit;
  /** The columns that are written. */
  readonly schema: StructType;
  /** The table's columns before the edit. */
  readonly held: StructType;
  readonly source: OpenSource | undefined;
  /** A query over the files that the edit looks at. */
  readonly scan: string;
  /** A query over the files in which rows of the source are looked for. */
  readonly searched: string;
  /** Which rows meet, where that is kept: nothing is looked for again then. */
  readonly meetings?: Meetings | undefined;
  /** Locations of the files whose meetings count; all where absent. */
  readonly among?: readonly string[] | undefined;
}

/** Names that nobody else gives a column. */
const fate = '_eider_fate';
const met = '_eider_met';
const stays = '_eider_stays';
const origin = '_eider_origin';
const meetingName = '_eider_meeting';

const target = ({ names }: Edit): string => quoteName(names?.target ?? 'target');
const source = ({ names }: Edit): string => quoteName(names?.source ?? 'source');
const armsOf = ({ matched = [], unmatched = [] }: Edit): readonly Arm[] => [...matched, ...unmatched];

/** The rows of files that an edit changes: per file its place, how many, how many meetings, and with `positions` which (a text, ascending). */
export function findQuery(sql: EditSql, positions: boolean): string {
  const { edit, meetings } = sql;
  const list = positions ? `, string_agg(DISTINCT ${placeColumns.row}, ',' ORDER BY ${placeColumns.row})` : '';
  const { matched = [], unmatched = [] } = edit;
  const rows =
    canMeet(edit) && unmatched.length === 0
      ? `${tableOf(sql)} JOIN ${sourceOf(sql)} ON ${meeting(edit)} WHERE ${takenBy(matched)}`
      : `${joined(sql)} WHERE ${canMeet(edit) ? `${fateOf(sql)} > 0` : takenBy(unmatched)}`;
  const places =
    meetings === undefined
      ? `(SELECT ${target(edit)}.${placeColumns.file}, ${target(edit)}.${placeColumns.row} FROM ${rows})`
      : `${meetings.relation} WHERE ${fate} > 0`;
  return `SELECT ${placeColumns.file}, count(DISTINCT ${placeColumns.row}), count(*)${list} FROM ${places} GROUP BY 1`;
}

/** The rows of `Meetings`. Those that no arm takes are there where they tell that a row of the source is not new. */
export function meetingsQuery(sql: EditSql, fileType: string): string {
  const { edit, source: given } = sql;
  const { inserts = [], matched = [] } = edit;
  const columns = [
    `CAST(${target(edit)}.${placeColumns.file} AS ${fileType}) AS ${placeColumns.file}`,
    `${target(edit)}.${placeColumns.row} AS ${placeColumns.row}`,
    `${source(edit)}.rowid AS ${origin}`,
    `CAST(${firstArm(matched, 0)} AS UTINYINT) AS ${fate}`,
  ];
  const taken = inserts.length > 0 ? '' : ` WHERE ${takenBy(matched)}`;
  return `SELECT ${columns.join(', ')} FROM ${tableOf(sql)} JOIN ${given?.relation} AS ${source(edit)} ON ${meeting(edit)}${taken}`;
}

/** Rows as they are written: those that stay, with those that change where `changed`; each once. */
export function keptQuery(
  sql: EditSql,
  { kept, changed }: { readonly kept: boolean; readonly changed: boolean },
): string {
  const { edit } = sql;
  const arms = armsOf(edit);
  const wanted = [...(kept ? [0] : []), ...(changed ? indexesOf(arms, (arm) => typeof arm.fate === 'object') : [])];
  if (wanted.length === 0) return nothing(sql.schema);
  return rowsWith(sql, wanted, true);
}

/** Rows that come in: those of the source that meet none of the table's. */
export function insertedQuery(sql: EditSql): string {
  const { edit, schema, source: given } = sql;
  const { inserts = [] } = edit;
  if (inserts.length === 0 || given === undefined) return nothing(schema);
  const which = `CASE ${inserts.map(({ when }, at) => `WHEN ${when === undefined ? 'true' : `(${when})`} THEN ${at + 1}`).join(' ')} ELSE 0 END`;
  const columns = schema.fields.map((field) => {
    const values = inserts.map((insert) => insertValue(edit, given, insert, field));
    const value =
      inserts.length === 1
        ? values[0]
        : `CASE ${which} ${values.map((text, at) => `WHEN ${at + 1} THEN ${text}`).join(' ')} END`;
    return `CAST(${value} AS ${duckTypeOf(field.type)}) AS ${quoteName(field.name)}`;
  });
  const found =
    sql.meetings === undefined
      ? `(${sql.searched}) AS ${target(edit)} WHERE ${meeting(edit)}`
      : `${sql.meetings.relation} AS ${meetingName} WHERE ${meetingName}.${origin} = ${source(edit)}.rowid`;
  const isNew = canMeet(edit) ? `NOT EXISTS (SELECT 1 FROM ${found})` : 'true';
  const chosen = inserts.some(({ when }) => when === undefined) ? 'true' : `${which} > 0`;
  return `SELECT ${columns.join(', ')} FROM ${given.relation} AS ${source(edit)} WHERE ${chosen} AND ${isNew}`;
}

/** The change data feed of an edit: its rows before and after, with `_change_type`. */
export function changesQuery(sql: EditSql): string {
  const arms = armsOf(sql.edit);
  const updates = indexesOf(arms, (arm) => typeof arm.fate === 'object');
  const deletes = indexesOf(arms, (arm) => arm.fate === 'delete');
  const typed = (type: string, query: string): string => `SELECT *, '${type}' AS _change_type FROM (${query})`;
  return [
    ...(deletes.length === 0 ? [] : [typed('delete', rowsWith(sql, deletes, false))]),
    ...(updates.length === 0
      ? []
      : [
          typed('update_preimage', rowsWith(sql, updates, false)),
          typed('update_postimage', rowsWith(sql, updates, true)),
        ]),
    ...(sql.edit.inserts?.length ? [typed('insert', insertedQuery(sql))] : []),
  ].join('\nUNION ALL\n');
}

const indexesOf = (arms: readonly Arm[], isWanted: (arm: Arm) => boolean): readonly number[] =>
  arms.flatMap((arm, at) => (isWanted(arm) ? [at + 1] : []));

/** Rows of the table whose fate is one of these, after the edit or before it. */
function rowsWith(sql: EditSql, fates: readonly number[], after: boolean): string {
  const { edit } = sql;
  const arms = armsOf(edit);
  if (sql.meetings !== undefined) return metRows(sql, sql.meetings, fates, after);
  const columns = columnsOf(sql, fates, after);
  if (arms.length === 0) return `SELECT ${columns.join(', ')} FROM ${tableOf(sql)}`;
  const isMet = canMeet(edit) && fates.every((each) => each > 0 && each <= (edit.matched?.length ?? 0));
  const rows = `SELECT ${fateOf(sql)} AS ${fate}, ${columns.join(', ')} FROM ${joined(sql, isMet ? 'JOIN' : 'LEFT JOIN')} WHERE ${fate} IN (${fates.join(', ')})`;
  return `SELECT * EXCLUDE (${fate}) FROM (${rows})`;
}

function columnsOf(sql: EditSql, fates: readonly number[], after: boolean): readonly string[] {
  return sql.schema.fields.map((field) => {
    const value = after ? valueAfter(sql, field, fates) : heldValue(sql, field);
    return `CAST(${value} AS ${duckTypeOf(field.type)}) AS ${quoteName(field.name)}`;
  });
}

/** `rowsWith` where it is known which rows meet: those that stay are all others, and those that become what the source says are read there alone. */
function metRows(sql: EditSql, { fileType, relation }: Meetings, fates: readonly number[], after: boolean): string {
  const { edit, source: given } = sql;
  const changing = fates.filter((each) => each > 0);
  const table = target(edit);
  const samePlace = `${meetingName}.${placeColumns.file} = CAST(${table}.${placeColumns.file} AS ${fileType}) AND ${meetingName}.${placeColumns.row} = ${table}.${placeColumns.row}`;
  // As a join: decorrelating an expression in NOT EXISTS groups the whole table first.
  const taken = `(SELECT * FROM ${relation} WHERE ${fate} > 0) AS ${meetingName}`;
  const kept = `SELECT ${columnsOf(sql, [0], after).join(', ')} FROM ${tableOf(sql)} ANTI JOIN ${taken} ON ${samePlace}`;
  if (changing.length === 0) return kept;
  const sourceRow = `${given?.relation} AS ${source(edit)} ON ${source(edit)}.rowid = ${meetingName}.${origin}`;
  const from =
    after && changing.every((each) => isOfSource(sql, armsOf(edit)[each - 1]))
      ? `${relation} AS ${meetingName} JOIN ${sourceRow}`
      : `${tableOf(sql)} JOIN ${relation} AS ${meetingName} ON ${samePlace} JOIN ${sourceRow}`;
  const among =
    sql.among === undefined
      ? ''
      : ` AND ${meetingName}.${placeColumns.file} IN (${sql.among.map(quoteText).join(', ')})`;
  const changed = `SELECT ${columnsOf(sql, changing, after).join(', ')} FROM ${from} WHERE ${fate} IN (${changing.join(', ')})${among}`;
  return changing.length === fates.length ? changed : `${kept}\nUNION ALL\n${changed}`;
}

/** Whether an arm makes a row of the source's columns alone, as they stand. */
function isOfSource({ edit, schema }: EditSql, arm: Arm | undefined): boolean {
  const name = (edit.names?.source ?? 'source').toLowerCase();
  return schema.fields.every((field) => {
    const set = typeof arm?.fate === 'object' ? setFor(arm.fate.set, field.name) : undefined;
    const [, quoted, plain] = /^(?:"([^"]+)"|(\w+))\.(?:"(?:[^"]|"")+"|\w+)$/.exec(set?.trim() ?? '') ?? [];
    return (quoted ?? plain)?.toLowerCase() === name;
  });
}

/** A column of rows with these fates. What none of them needs is not even read: DuckDB leaves out columns that nobody names. */
function valueAfter(sql: EditSql, field: StructField, fates: readonly number[]): string {
  const arms = armsOf(sql.edit);
  const values = fates.map((each) => {
    const own = arms[each - 1]?.fate;
    const set = typeof own === 'object' ? setFor(own.set, field.name) : undefined;
    return { each, value: set === undefined ? heldValue(sql, field) : `(${set})` };
  });
  const [first] = values;
  if (first !== undefined && values.every(({ value }) => value === first.value)) return first.value;
  return `CASE ${fate} ${values.map(({ each, value }) => `WHEN ${each} THEN ${value}`).join(' ')} END`;
}

/** A column of the table before the edit: null where it came by the edit. */
function heldValue({ edit, held }: EditSql, { name }: StructField): string {
  const own = held.fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
  return own === undefined ? 'NULL' : `${target(edit)}.${quoteName(own.name)}`;
}

function insertValue(edit: Edit, given: OpenSource, { set }: Insert, { name }: StructField): string {
  if (set !== undefined) return setFor(set, name) ?? 'NULL';
  const own = given.schema.fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
  return own === undefined ? 'NULL' : `${source(edit)}.${quoteName(own.name)}`;
}

function setFor(set: Readonly<Record<string, string>>, column: string): string | undefined {
  return Object.entries(set).find(([name]) => name.toLowerCase() === column.toLowerCase())?.[1];
}

const tableOf = ({ edit, scan }: EditSql): string => `(${scan}) AS ${target(edit)}`;

function sourceOf({ edit, source: given }: EditSql): string {
  return `(SELECT *, true AS ${met} FROM ${given?.relation}) AS ${source(edit)}`;
}

/** The table's rows, each with the row of the source by which an arm takes it, where any does; without all others where rows are joined whole. */
function joined(sql: EditSql, join: 'JOIN' | 'LEFT JOIN' = 'LEFT JOIN'): string {
  const { edit } = sql;
  if (!canMeet(edit)) return tableOf(sql);
  // A row that several of the source meet, of which arms take at most one, is there once.
  const table = knowsWhatStays(edit)
    ? tableOf(sql)
    : `(SELECT *, ${meetsAny(sql)} AS ${stays} FROM ${tableOf(sql)}) AS ${target(edit)}`;
  return `${table} ${join} ${sourceOf(sql)} ON ${meeting(edit)} AND ${takenBy(edit.matched ?? [])}`;
}

function meeting(edit: Edit): string {
  const keys = (edit.keys ?? []).map((key) => `${target(edit)}.${quoteName(key)} = ${source(edit)}.${quoteName(key)}`);
  return [...keys, ...(edit.on === undefined ? [] : [`(${edit.on})`])].join(' AND ');
}

/** Whether any arm takes a row. */
function takenBy(arms: readonly Arm[]): string {
  if (arms.length === 0) return 'false';
  if (arms.some((arm) => arm.fate === 'keep')) return `${firstArm(arms, 0)} > 0`;
  // Plain conditions are what DuckDB compares with the statistics of files.
  return `(${arms.map(({ when }) => (when === undefined ? 'true' : `(${when})`)).join(' OR ')})`;
}

/** The number of the arm that takes a row, from 1; 0 for none and for those that let it stay. */
function firstArm(arms: readonly Arm[], offset: number): string {
  if (arms.length === 0) return '0';
  const cases = arms.map(
    ({ when, fate: each }, at) =>
      `WHEN ${when === undefined ? 'true' : `(${when})`} THEN ${each === 'keep' ? 0 : offset + at + 1}`,
  );
  return `CASE ${cases.join(' ')} ELSE 0 END`;
}

/** The arm that takes a row of `joined`. Those that meet rows of the source and that no arm takes stay. */
function fateOf({ edit }: EditSql): string {
  const { matched = [], unmatched = [] } = edit;
  const ofOthers = firstArm(unmatched, matched.length);
  if (!canMeet(edit)) return ofOthers;
  const others = knowsWhatStays(edit) ? ofOthers : `CASE WHEN ${target(edit)}.${stays} THEN 0 ELSE ${ofOthers} END`;
  return `CASE WHEN ${source(edit)}.${met} THEN ${firstArm(matched, 0)} ELSE ${others} END`;
}

/** Whether a row that no arm takes by a row of the source meets none, or stays in any case. */
function knowsWhatStays({ matched = [], unmatched = [] }: Edit): boolean {
  const takesAll = matched.some(({ when }) => when === undefined) && matched.every((arm) => arm.fate !== 'keep');
  return unmatched.length === 0 || takesAll;
}

function meetsAny({ edit, source: given }: EditSql): string {
  return `EXISTS (SELECT 1 FROM ${given?.relation} AS ${source(edit)} WHERE ${meeting(edit)})`;
}

function nothing({ fields }: StructType): string {
  const columns = fields.map(({ name, type }) => `CAST(NULL AS ${duckTypeOf(type)}) AS ${quoteName(name)}`);
  return `SELECT ${columns.join(', ')} WHERE false`;
}
