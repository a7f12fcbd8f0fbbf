export { fileSystemName } from './lake/file-system-name.ts';
export type { DataFile, FilesGeneration, Generation, GenerationColumn, SqlGeneration } from './lake/generation.ts';
export type { HistoryLine } from './lake/history.ts';
export { type FileSystem, type FolderAbilities, type FolderReport, inspectFolder } from './lake/inspect-folder.ts';
export type { CommitRequest, CommitResult, Head, Lake, LakeOptions } from './lake/lake.ts';
export { lakeCodes } from './lake/lake-codes.ts';
export { LakeError } from './lake/lake-error.ts';
export type { LedgerEntry, LedgerNode } from './lake/ledger.ts';
export { openLake } from './lake/open-lake.ts';
export type { Removed } from './lake/remover.ts';
export type { RollbackOutcome } from './lake/rollback.ts';
export type { BuildReport } from './lake/running-builds.ts';
export { stateLocation } from './lake/state-location.ts';
export type { StateReport } from './lake/state-report.ts';
export {
  type OptimizeReport,
  optimizeTable,
  type RestoredTable,
  restoreTable,
  type TableHistory,
  type TableRequest,
  tableHistory,
  type VacuumedTable,
  vacuumTable,
} from './land/delta-tables.ts';
export { type LandMode, type LandOutcome, type LandRequest, landFiles } from './land/land.ts';
export { catalogRelations } from './run/catalog-relations.ts';
export { checkFreshness, type FreshnessRequest, type FreshnessResult } from './run/check-freshness.ts';
export { type CompileSession, openCompileSession } from './run/compile-session.ts';
export type { DeferRequest, OtherTarget } from './run/deferred-state.ts';
export type { HookTurn, NodeLabel, NodeResult, NodeStatus, RunEvent, RunSummary, SkipCause } from './run/events.ts';
export { type BucketReport, inspectBucket } from './run/inspect-bucket.ts';
export { labelOf } from './run/label.ts';
export { lakeOptions, needsWorkingDatabase } from './run/lake-options.ts';
export { type TellRequest, tellApart } from './run/on-publish.ts';
export { type OptimizedNode, type OptimizeNodeRequest, optimizeNode } from './run/optimize-node.ts';
export type { RunPlan, Task } from './run/plan-run.ts';
export { type Preview, previewInline, previewNode } from './run/preview.ts';
export { type PublishedCatalog, publishCatalog } from './run/publish-catalog.ts';
export type { Counted, RunOutcome, RunRequest } from './run/run.ts';
export { type OperationRequest, runOperation } from './run/run-operation.ts';
export { runProject } from './run/run-project.ts';
export { type StaleReason, staleNodes } from './run/stale-nodes.ts';
export { commitOfVersion } from './run/version-commit.ts';
export { databasePort, describeQuery } from './session/database-port.ts';
export { type DuckType, parseType } from './session/duck-type.ts';
export { engineCodes } from './session/engine-codes.ts';
export {
  type DatabaseReport,
  duckdbVersion,
  type EntryReport,
  inspectSession,
  type SessionReport,
} from './session/inspect-session.ts';
export {
  type ExtensionSettings,
  type ExtensionsReport,
  type Installed,
  installExtensions,
  listExtensions,
} from './session/manage-extensions.ts';
export { openSession, type SessionOptions } from './session/open-session.ts';
export { type Connection, type ResultTable, type Session, SqlError } from './session/session.ts';
