export type * from './actions/actions.ts';
export { decodePath, encodePath, fileKey, fileLocation } from './actions/file-path.ts';
export { partitionText } from './actions/partition-value.ts';
export { flagProperty } from './actions/properties.ts';
export {
  type ArrayType,
  type DeltaType,
  type MapType,
  parseSchema,
  physicalName,
  type StructField,
  type StructType,
} from './actions/schema.ts';
export { type DeltaCode, DeltaError, deltaCodes } from './errors.ts';
export { type HistoryEntry, readHistory, versionAt } from './log/history.ts';
export type { TablePorts } from './log/read-log.ts';
export { openSnapshot, refresh, type Snapshot } from './log/snapshot.ts';
export { type CompactionGroup, type CompactionOptions, planCompaction } from './maintain/compaction.ts';
export { restoreChange } from './maintain/restore.ts';
export { keptKeys, type VacuumOptions, type VacuumReport, vacuum } from './maintain/vacuum.ts';
export type {
  ComputePort,
  EditTask,
  FoundRows,
  OpenSource,
  Order,
  RowPart,
  Rule,
  WriteTarget,
} from './operate/compute-port.ts';
export {
  type Arm,
  appendEdit,
  canMeet,
  deleteEdit,
  type Edit,
  type Fate,
  type Insert,
  replaceEdit,
  updateEdit,
  upsertEdit,
} from './operate/edit.ts';
export { type Evolved, evolve, type SchemaMode } from './operate/evolve.ts';
export { discardKeys } from './operate/leftovers.ts';
export { markRows, rangeOf } from './operate/mark-rows.ts';
export { type Operated, type OperateOptions, operate } from './operate/operate.ts';
export { type Bound, type Bounds, mayHold, rowsOf } from './operate/prune.ts';
export { type ChangedRows, type ChangedVersion, readChanges } from './operate/read-changes.ts';
export { brokenRule, rulesOf } from './operate/rules.ts';
export { type EditOptions, type OperatePorts, type StagedChange, stageEdit } from './operate/stage-edit.ts';
export { type OptimizeOptions, planOptimize, stageOptimize } from './operate/stage-optimize.ts';
export {
  type PartitionOverwriteOptions,
  stagePartitionOverwrite,
  stageReplaceWhere,
} from './operate/stage-overwrite.ts';
export type { CheckpointColumn, CheckpointField, ParquetPort } from './parquet-port.ts';
export {
  type ReadRange,
  readDeletionVector,
  vectorLocation,
  type WrittenVectors,
  writeDeletionVectors,
} from './vectors/deletion-vector.ts';
export { afterCommit } from './write/after-commit.ts';
export { type Change, markedFile, type Reads } from './write/change.ts';
export { checkChange } from './write/check-change.ts';
export { writeCheckpoint } from './write/checkpoint.ts';
export { cleanLog } from './write/clean-log.ts';
export { type CommitOptions, type CommitOutcome, commit } from './write/commit.ts';
export type { Conflict } from './write/conflicts.ts';
export { type NewTable, newMetadata, protocolFor } from './write/new-table.ts';
export { type ColumnStatistics, type StatisticsOptions, statisticsText } from './write/statistics.ts';
