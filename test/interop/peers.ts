import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Where `setup.ts` puts the Python environments and the jars; git ignores it. */
export const cacheFolder: string = join(import.meta.dirname, '.cache');

/** The programs that eider is compared with. */
export interface Peers {
  /** Python of an environment with dbt-core, dbt-duckdb, deltalake and DuckDB 1.5.5. */
  readonly dbtPython: string;
  /** A home folder whose `.duckdb/extensions` holds what the fixtures load, so that nothing is fetched while tests run. */
  readonly home: string;
}

/** The newest DuckDB among the readers is the one that dbt runs on. */
const newest = '1.5.5';

/** Releases of DuckDB for Python that must be able to read what eider publishes. */
export const duckdbVersions: readonly string[] = ['1.0.0', '1.1.3', '1.2.2', '1.3.2', '1.4.4', newest];

const sparkVersion = '4.0.1';

/** What `setup.ts` installs: environments by name, each with its pip requirements. */
export const environments: Readonly<Record<string, readonly string[]>> = {
  dbt: [
    ...['dbt-core<1.12', 'dbt-duckdb==1.11.1', `duckdb==${newest}`, 'deltalake>=1.1', 'pyarrow', 'pytz'],
    // What Python models and plugins use.
    ...['pandas', 'polars', 'openpyxl', 'sqlalchemy'],
  ],
  // Readers and writers of Delta tables.
  delta: ['deltalake==1.6.6', 'polars==2.1.0', 'pyarrow==26.0.1', `duckdb==${newest}`],
  // Delta's own engine; its jars are below.
  spark: [`pyspark==${sparkVersion}`],
  // What reads artifacts without dbt.
  'artifact-readers': ['dbt-artifacts-parser==0.15.0'],
  // What makes DAGs of Airflow from a manifest.
  cosmos: ['astronomer-cosmos==1.15.1', 'apache-airflow==3.3.2'],
  // DuckDB's command line.
  'duckdb-cli': [`duckdb-cli==${newest}`],
  // Python's duckdb needs pytz to hand out a TIMESTAMP WITH TIME ZONE.
  ...Object.fromEntries(
    duckdbVersions
      .filter((version) => version !== newest)
      .map((version) => [`duckdb-${version}`, [`duckdb==${version}`, 'pytz']]),
  ),
};

/** Releases of `org.duckdb:duckdb_jdbc` with the SHA-256 of their jars. */
export const jdbcJars: Readonly<Record<string, string>> = {
  '1.0.0': 'e085f490c691b494a0df2d7b8eaabe00f164613cd83fa292ce5a447c88b16a53',
  '1.1.3': '7bdfe781bb101e2e807397c460c1840955b40aecbaacf2a5e6fc490d80e4f7cd',
  '1.3.2.0': 'f327f63e15e49b827966756d8ccc504f615e6abc382b131dcade415b4a920421',
  '1.5.5.0': 'de664e5f76d48ad71097acfb33063ffcbaf3c0dfa7f39bd1f947b2d193fe6e8e',
};

/** What Spark needs for Delta tables, of Maven's group `io.delta`, with the SHA-256 of the jars. */
export const deltaJars: Readonly<Record<string, string>> = {
  [`delta-spark_2.13-${sparkVersion}`]: 'a1e76860b19fe1e6b205a4ea7a9099a2f9575d39bb71d49b3e679b299d0efb91',
  [`delta-storage-${sparkVersion}`]: 'ecc42c5aaa51c423312d9e4e48aa4a12b34740bf2c37de0e8f279277ec3d12e4',
};

/** An S3 server that is not ours: https://github.com/versity/versitygw. */
export const versitygw = { module: 'github.com/versity/versitygw/cmd/versitygw', version: 'v1.8.0' } as const;

/** The server that most people run at home: https://github.com/minio/minio. Its build takes minutes, and goes on behind the tests. */
export const minio = {
  module: 'github.com/minio/minio',
  version: 'v0.0.0-20260212201848-7aac2a2c5b7c',
} as const;

/** A server of Google Cloud Storage's own interface that is not ours: https://github.com/fsouza/fake-gcs-server. Built before MinIO. */
export const fakeGcs = { module: 'github.com/fsouza/fake-gcs-server', version: 'v1.56.1' } as const;

/** Microsoft's own emulator of Azure Blob Storage, from npm. */
export const azurite = 'azurite@3.37.0';

/** Extensions of DuckDB that fixtures name, its own reader of Delta tables, and what reaches Azure, from PyPI. */
export const extensions: readonly string[] = ['httpfs', 'delta', 'azure'];

/** The Python interpreter of an environment. */
export function pythonOf(environment: string): string {
  return join(cacheFolder, environment, 'bin', 'python');
}

/** Where a jar lies, by its name and version. */
export function jarOf(name: string): string {
  return join(cacheFolder, 'jars', `${name}.jar`);
}

/** dbt's environment, or an error that says how to get what is missing. Never a silent skip: a missing peer proves nothing. */
export function findPeers(): Peers {
  return { dbtPython: findEnvironment('dbt'), home: join(cacheFolder, 'home') };
}

/** The Python interpreter that holds a release of DuckDB; throws as `findPeers`. */
export function findDuckdb(version: string): string {
  return findEnvironment(version === newest ? 'dbt' : `duckdb-${version}`);
}

/** The Python interpreter that holds readers of dbt's artifacts; throws as `findPeers`. */
export function findReaders(): string {
  return findEnvironment('artifact-readers');
}

/** The Python interpreter that holds Cosmos and Airflow; throws as `findPeers`. */
export function findCosmos(): string {
  return findEnvironment('cosmos');
}

/** DuckDB's command line; throws as `findPeers`. */
export function findDuckdbCli(): string {
  return join(dirname(findEnvironment('duckdb-cli')), 'duckdb');
}

/** The jar of a release of the JDBC driver, for the `java` on the path; throws as `findPeers`. */
export function findJar(version: string): string {
  return presentJar(`duckdb_jdbc-${version}`);
}

/** The Python interpreter that holds Spark, and the jars that it loads; throws as `findPeers`. */
export function findSpark(): { readonly python: string; readonly jars: readonly string[] } {
  return { python: findEnvironment('spark'), jars: Object.keys(deltaJars).map(presentJar) };
}

function presentJar(name: string): string {
  const jar = jarOf(name);
  if (!existsSync(jar)) throw new Error(`The jar ${name} is not there. ${howToInstall}`);
  return jar;
}

/** The program of the S3 server; throws as `findPeers`. */
export function findVersitygw(): string {
  const program = versitygwPath();
  if (!existsSync(program)) throw new Error(`The S3 server versitygw is not there. ${howToInstall}`);
  return program;
}

export function versitygwPath(): string {
  return join(cacheFolder, 'bin', `versitygw-${versitygw.version}`);
}

/** MinIO's program; waits while `setup.ts` is building it; throws as `findPeers`. */
export function findMinio(): Promise<string> {
  return built('MinIO', minioPath());
}

export function minioPath(): string {
  return join(cacheFolder, 'bin', `minio-${minio.version}`);
}

/** The program of the server of Google's interface; waits while `setup.ts` is building it; throws as `findPeers`. */
export function findFakeGcs(): Promise<string> {
  return built('fake-gcs-server', fakeGcsPath());
}

export function fakeGcsPath(): string {
  return join(cacheFolder, 'bin', `fake-gcs-server-${fakeGcs.version}`);
}

async function built(name: string, program: string): Promise<string> {
  while (!existsSync(program) && isBuilding()) await wait(500);
  if (existsSync(program)) return program;
  const log = existsSync(buildLog) ? readFileSync(buildLog, 'utf8').trim().split('\n').slice(-5).join('\n') : '';
  throw new Error(`The server ${name} is not there. ${howToInstall}\n${log}`);
}

/** The program of Azure's emulator; throws as `findPeers`. */
export function findAzurite(): string {
  const program = azuritePath();
  if (!existsSync(program)) throw new Error(`The emulator azurite is not there. ${howToInstall}`);
  return program;
}

export function azuritePath(): string {
  return join(cacheFolder, azurite, 'node_modules', '.bin', 'azurite-blob');
}

/** What the build of servers behind the tests said, and the id of its process. */
export const buildLog: string = join(cacheFolder, 'build.log');
export const builder: string = join(cacheFolder, 'build.pid');

/** Whether a build behind the tests is going on. */
export function isBuilding(): boolean {
  if (!existsSync(builder)) return false;
  try {
    process.kill(Number(readFileSync(builder, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

const howToInstall =
  'Run `node --import tsx test/interop/setup.ts` once; it needs Python 3.10 to 3.12 with a package index, a JDK of 17 or newer, Maven, and Go.';

export function findEnvironment(name: string): string {
  if (existsSync(join(cacheFolder, name, 'complete'))) return pythonOf(name);
  throw new Error(`A peer to compare with is not installed (missing: ${name}). ${howToInstall}`);
}
