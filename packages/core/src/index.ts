export { createParseCache, type ParseCache } from './cache/parse-cache.ts';
export type { Code } from './codes.ts';
export { codes } from './codes.ts';
export { type ChangedNodes, changedNodes } from './compile/changed-nodes.ts';
export type {
  Batch,
  CompiledInline,
  CompiledNode,
  CompileOptions,
  Compiler,
  CompilerOptions,
  DatabasePort,
  Materialization,
  MaterializationAnswer,
  RelationName,
  Segment,
  TableData,
} from './compile/compiler.ts';
export { createCompiler } from './compile/create-compiler.ts';
export { ephemeralParents } from './compile/ephemeral-parents.ts';
export type { SourceFreshness } from './compile/source-freshness.ts';
export { withoutQueries } from './context/database-methods.ts';
export { lazyPort } from './context/database-port.ts';
export type { Deferral } from './context/deferral.ts';
export { sourceSettings } from './context/external-source.ts';
export { isInternalPackage } from './context/macro-library.ts';
export { type ResultCell, resultCells } from './context/result-cells.ts';
export { freshnessResultObject, runResultObject } from './context/run-result-object.ts';
export { type DeprecationName, deprecated, deprecationCodes } from './deprecated.ts';
export { type Diagnostic, EiderError, error, type Frame, hasErrors, type Place, warning } from './diagnostics.ts';
export { codeFrame, withExcerpt } from './excerpt.ts';
export { buildGraph } from './graph/build-graph.ts';
export type { Graph } from './graph/graph.ts';
export type { DeltaLayout } from './layout/delta-layout.ts';
export type { Layout } from './layout/layout.ts';
export { type CatalogRelation, writeCatalog } from './manifest/catalog.ts';
export { buildConfig, compareManifests, type ManifestChanges, type NodeChange } from './manifest/compare-manifests.ts';
export { artifactMetadata, dbtVersion, type Invocation } from './manifest/invocation.ts';
export { isCumulative, isCustom } from './manifest/is-cumulative.ts';
export { isDeltaTable, isExternal } from './manifest/is-external.ts';
export { jsonText } from './manifest/json-text.ts';
export { type Configured, isLeaf, leafNodes, resourceOf } from './manifest/leaf-nodes.ts';
export type {
  ColumnInfo,
  DependsOn,
  DocBlock,
  ExposureNode,
  Hook,
  LeafNode,
  MacroNode,
  Manifest,
  ManifestNode,
  ModelNode,
  NodeBase,
  NodeConfig,
  OtherNode,
  RefArgs,
  ResourceType,
  SeedNode,
  SourceNode,
  TestNode,
  UnitTestNode,
} from './manifest/nodes.ts';
export {
  type PreviousManifest,
  type PreviousState,
  readPreviousState,
  type StateRecord,
} from './manifest/previous-state.ts';
export { type NodeEnd, resultMessage } from './manifest/result-message.ts';
export { adapterResponse, type RunFacts, type RunResult, writeRunResults } from './manifest/run-results.ts';
export { writeSemanticManifest } from './manifest/semantic-manifest.ts';
export {
  checksFreshness,
  type FreshnessRecord,
  writeSources,
} from './manifest/source-freshness.ts';
export { type NodeTrace, tracedNode } from './manifest/traces.ts';
export { unitTestPath, versionedName } from './manifest/unit-tests.ts';
export { manifestBody, manifestHead, manifestMetadata, writtenRecord } from './manifest/write-manifest.ts';
export { didYouMean, didYouMeanHint } from './near-names.ts';
export { once } from './once.ts';
export { type AddedEntry, type AddedPackage, addPackageEntry } from './packages/add-package.ts';
export { type LockFile, lockFileText, readLockFile } from './packages/lock-file.ts';
export type { GitRequest, HubPackage, HubVersion, PackagePorts, PackageTree } from './packages/package-ports.ts';
export { checkedName, projectNameIn } from './packages/package-tree.ts';
export { type PinnedHub, type PinnedPackage, pinnedLabel } from './packages/pinned-package.ts';
export { localFolder, type Resolution, type ResolveOptions, resolvePackages } from './packages/resolve-packages.ts';
export { type ParsedProject, type ParseOptions, parseProject } from './parse/parse-project.ts';
export { behaviorFlag, behaviorFlags } from './project/behavior-flags.ts';
export { findProfiles } from './project/find-profiles.ts';
export { findProject } from './project/find-project.ts';
export { inspectProject, type ProjectInspection } from './project/inspect-project.ts';
export { type Located, standingAt } from './project/located.ts';
export {
  addressLabel,
  lockFileName,
  packagesHash,
  readyFolder,
  type WantedOptions,
  type WantedPackages,
  wantedPackages,
  withoutPassword,
} from './project/packages.ts';
export { findPlugin, type PluginEntry, pluginName } from './project/plugins.ts';
export type {
  FileKind,
  PackageProject,
  Project,
  PropertyFile,
  PublishConfig,
  PublishHook,
  SourceFile,
  Target,
} from './project/project.ts';
export { type NameProblem, projectNameProblem } from './project/project-name.ts';
export { strangeFile } from './project/read-files.ts';
export {
  type ReadProjectOptions,
  type ReadProjectResult,
  readProject,
  readRootPackage,
} from './project/read-project.ts';
export { readYamlMapping, type YamlFile } from './project/read-yaml.ts';
export { type ValueRenderer, valueRenderer } from './project/render-values.ts';
export { userCacheFolder } from './project/user-cache-folder.ts';
export { quoteText } from './quote-text.ts';
export { createSavedParseCache } from './saved/saved-parse-cache.ts';
export { expandIndirectly } from './select/indirect-selection.ts';
export { type ParsedSelection, parseSelection } from './select/parse-selection.ts';
export { resourceTypesOf } from './select/resource-types.ts';
export { type Selected, type SelectRequest, select } from './select/select.ts';
export type { IndirectSelection, NamedSelectors, Selection } from './select/selection.ts';
export { parseSelectorsFile } from './select/selectors-file.ts';
export { isUri, placeIn } from './uri.ts';
