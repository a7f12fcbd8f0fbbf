import type { Compiler } from '@eider/core';
import {
  DeltaError,
  type HistoryEntry,
  openSnapshot,
  operate,
  planOptimize,
  readHistory,
  restoreChange,
  stageOptimize,
  vacuum,
  versionAt,
} from '@eider/delta';
import { namedPlace, type TablePlace } from './landing-place.ts';
import { type OpenDelta, withDelta } from './open-delta.ts';

export interface TableRequest {
  readonly compiler: Pick<Compiler, 'manifest' | 'project'>;
  /** `schema.table` of a landing table, a path or a URI. */
  readonly table: string;
  /** Where relative paths begin. */
  readonly folder: string;
  readonly dryRun?: boolean;
  readonly engineInfo: string;
  readonly now: () => Date;
}

/** What a command did, or with a dry run would do, to one table. */
export interface TableReport {
  readonly table: string;
  readonly location: string;
  /** Of the table after it. */
  readonly version: number;
}

async function onTable<T>(
  request: TableRequest,
  work: (open: OpenDelta) => Promise<T>,
): Promise<T & Pick<TableReport, 'table' | 'location'>> {
  const { project } = request.compiler;
  const place: TablePlace = namedPlace(request.compiler, request.table, request.folder);
  return await withDelta({ folder: project.root, place, target: project.target }, async (open) => ({
    table: request.table,
    location: open.ports.store.root,
    ...(await work(open)),
  }));
}

export interface OptimizeReport extends TableReport {
  readonly filesBefore: number;
  /** Files that are written anew. */
  readonly rewritten: number;
  readonly filesAfter: number | null;
  readonly changed: boolean;
}

/** Puts small files together, or orders all rows by columns: one after another, or by all of them at once (Z-order). Throws EiderError. */
export async function optimizeTable(
  request: TableRequest & {
    readonly sortBy?: readonly string[];
    readonly zOrderBy?: readonly string[];
    readonly targetBytes?: number;
  },
): Promise<OptimizeReport> {
  const { sortBy = [], zOrderBy = [], targetBytes } = request;
  return await onTable(request, async ({ ports }) => {
    const base = await openSnapshot(ports);
    checkColumns(
      [...sortBy, ...zOrderBy],
      base.schema.fields.map(({ name }) => name),
      base.root,
    );
    const order = zOrderBy.length > 0 ? { zOrder: zOrderBy } : sortBy.length > 0 ? { sort: sortBy } : undefined;
    const now = (): number => request.now().getTime();
    const options = {
      ...(order === undefined ? {} : { order }),
      ...(targetBytes === undefined ? {} : { targetBytes }),
      ...{ now, engineInfo: request.engineInfo },
    };
    const rewritten = planOptimize(base, options).flat().length;
    const told = { filesBefore: base.files.size, rewritten };
    if (request.dryRun === true || rewritten === 0)
      return { ...told, version: base.version, filesAfter: rewritten === 0 ? base.files.size : null, changed: false };
    const outcome = await operate(ports, async (snapshot) => snapshot && stageOptimize(ports, snapshot, options), {
      base,
      now,
    });
    const after = outcome.snapshot ?? base;
    return { ...told, version: after.version, filesAfter: after.files.size, changed: outcome.kind === 'committed' };
  });
}

function checkColumns(wanted: readonly string[], columns: readonly string[], root: string): void {
  const missing = wanted.filter((name) => !columns.includes(name));
  if (missing.length === 0) return;
  throw new DeltaError(
    'delta/schema-mismatch',
    `The table at ${root} has no column ${missing.join(', ')}.`,
    `It has ${columns.join(', ')}.`,
  );
}

export interface VacuumedTable extends TableReport {
  readonly files: readonly string[];
  readonly bytes: number;
}

/** Deletes files that no version within the table's retention needs. Throws EiderError. */
export async function vacuumTable(
  request: TableRequest & { readonly retentionHours?: number },
): Promise<VacuumedTable> {
  return await onTable(request, async ({ ports }) => {
    const snapshot = await openSnapshot(ports);
    const { bytes, keys } = await vacuum(ports, snapshot, request.now().getTime(), {
      dryRun: request.dryRun === true,
      ...(request.retentionHours === undefined ? {} : { retention: request.retentionHours * 3_600_000 }),
    });
    return { version: snapshot.version, files: keys, bytes };
  });
}

export interface TableHistory extends TableReport {
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
}

/** The newest commits of a table, at most so many. Throws EiderError. */
export async function tableHistory(request: TableRequest & { readonly last: number }): Promise<TableHistory> {
  return await onTable(request, async ({ ports }) => {
    const snapshot = await openSnapshot(ports);
    const entries = await readHistory(ports, snapshot);
    return { version: snapshot.version, entries: entries.slice(0, request.last) };
  });
}

export interface RestoredTable extends TableReport {
  /** The version whose rows are there again. */
  readonly restored: number;
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly changed: boolean;
}

/** Makes a table what it was at a version, or at a time, as a new version. Throws EiderError. */
export async function restoreTable(
  request: TableRequest & ({ readonly to: number } | { readonly asOf: Date }),
): Promise<RestoredTable> {
  return await onTable(request, async ({ ports }) => {
    const base = await openSnapshot(ports);
    const restored = 'to' in request ? request.to : await versionAt(ports, base, request.asOf.getTime());
    const old = await openSnapshot(ports, restored);
    const plan = await restoreChange(ports, base, old);
    const told = { restored, filesAdded: plan.adds?.length ?? 0, filesRemoved: plan.removes?.length ?? 0 };
    const isSame = told.filesAdded + told.filesRemoved === 0 && plan.metadata === undefined;
    if (request.dryRun === true || isSame) return { ...told, version: base.version, changed: false };
    const now = (): number => request.now().getTime();
    const outcome = await operate(
      ports,
      async (snapshot) => {
        if (snapshot === undefined) return undefined;
        const change = {
          ...(await restoreChange(ports, snapshot, old)),
          checked: true,
          engineInfo: request.engineInfo,
        };
        return {
          change,
          keys: [],
          evolved: { schema: old.schema, added: [], widened: [] },
          notes: [],
          rows: { inserted: 0, touched: 0 },
        };
      },
      { base, now },
    );
    return { ...told, version: outcome.snapshot?.version ?? base.version, changed: outcome.kind === 'committed' };
  });
}
