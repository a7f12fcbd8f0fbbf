import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import {
  azurite,
  azuritePath,
  builder,
  buildLog,
  cacheFolder,
  deltaJars,
  environments,
  extensions,
  fakeGcs,
  fakeGcsPath,
  isBuilding,
  jarOf,
  jdbcJars,
  minio,
  minioPath,
  pythonOf,
  versitygw,
  versitygwPath,
} from './peers.ts';

// Installs the peers into test/interop/.cache. Safe to run again: what is complete stays.

function run(program: string, ...parameters: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ${parameters.join(' ')} ended with ${code}`));
    });
  });
}

async function makeEnvironment(name: string, requirements: readonly string[]): Promise<void> {
  const folder = join(cacheFolder, name);
  const complete = join(folder, 'complete');
  const wanted = `${requirements.join('\n')}\n`;
  if (existsSync(complete) && readFileSync(complete, 'utf8') === wanted) return;
  process.stdout.write(`Making ${name}: ${requirements.join(' ')}\n`);
  rmSync(folder, { recursive: true, force: true });
  await run(process.env.PYTHON ?? 'python3', '-m', 'venv', folder);
  await run(pythonOf(name), '-m', 'pip', 'install', '--quiet', ...requirements);
  writeFileSync(complete, wanted);
}

/** Two at a time: most of the work is unpacking. */
async function makeEnvironments(): Promise<void> {
  const left = Object.entries(environments);
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await makeEnvironment(...next);
  };
  await Promise.all([work(), work()]);
}

function textOf(python: string, code: string): string {
  return execFileSync(python, ['-c', code], { encoding: 'utf8' }).trim();
}

/** DuckDB's extensions as files: the wheels on PyPI hold the same signed binaries as DuckDB's own repository. */
async function placeExtensions(): Promise<void> {
  const python = pythonOf('dbt');
  const version = textOf(python, 'import duckdb; print(duckdb.__version__)');
  const platform = textOf(python, "import duckdb; print(duckdb.sql('pragma platform').fetchone()[0])");
  const folder = join(cacheFolder, 'home', '.duckdb', 'extensions', `v${version}`, platform);
  mkdirSync(folder, { recursive: true });
  for (const name of extensions) await placeExtension(python, name, version, folder);
  // `INSTALL` of a built-in extension asks the network unless a file of that name is there; `LOAD` never opens it.
  for (const name of ['parquet', 'json']) writeFileSync(join(folder, `${name}.duckdb_extension`), '');
}

async function placeExtension(python: string, name: string, version: string, folder: string): Promise<void> {
  const file = join(folder, `${name}.duckdb_extension`);
  if (existsSync(file)) return;
  const wheels = join(cacheFolder, 'wheels', name);
  const requirement = `duckdb-extension-${name}==${version}`;
  await run(python, '-m', 'pip', 'install', '--quiet', '--no-deps', '--target', wheels, requirement);
  const found = readdirSync(wheels, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith(`${name}.duckdb_extension`),
  );
  if (found === undefined) throw new Error(`The package duckdb-extension-${name} holds no ${name}.duckdb_extension`);
  cpSync(join(wheels, found), file);
}

/** A JDK and Maven: those on the path, else Debian's. */
async function findJava(): Promise<void> {
  const packages = [
    ...(answers('javac', '-version') ? [] : ['openjdk-17-jdk-headless']),
    ...(answers('mvn', '--version') ? [] : ['maven']),
  ];
  if (packages.length === 0) return;
  if (!answers('apt-get', '--version') || process.getuid?.() !== 0) {
    throw new Error(
      'The JDBC readers need a JDK of 17 or newer and Maven: install them, so that `javac` and `mvn` run.',
    );
  }
  await run('apt-get', 'update', '-qq');
  await run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages);
}

function answers(program: string, parameter: string): boolean {
  try {
    execFileSync(program, [parameter], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

interface Artifact {
  readonly group: string;
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

const artifacts: readonly Artifact[] = [
  ...Object.entries(jdbcJars).map(([version, sha256]) => {
    return { group: 'org.duckdb', name: 'duckdb_jdbc', version, sha256 };
  }),
  ...Object.entries(deltaJars).map(([jar, sha256]) => {
    const dash = jar.lastIndexOf('-');
    return { group: 'io.delta', name: jar.slice(0, dash), version: jar.slice(dash + 1), sha256 };
  }),
];

/** All jars by one run of Maven, each with the checksum that it must have. */
async function placeJars(): Promise<void> {
  await findJava();
  const missing = artifacts.filter(({ name, version }) => !existsSync(jarOf(`${name}-${version}`)));
  if (missing.length === 0) return;
  process.stdout.write(`Getting ${missing.map(({ name, version }) => `${name} ${version}`).join(', ')}\n`);
  const fetched = join(cacheFolder, 'jars.part');
  mkdirSync(fetched, { recursive: true });
  writeFileSync(join(fetched, 'pom.xml'), pom(missing));
  await run('mvn', '--quiet', '--batch-mode', '--file', join(fetched, 'pom.xml'), 'dependency:copy');
  mkdirSync(join(cacheFolder, 'jars'), { recursive: true });
  for (const { name, version, sha256 } of missing) {
    const jar = join(fetched, 'jars', `${name}-${version}.jar`);
    const found = createHash('sha256').update(readFileSync(jar)).digest('hex');
    if (found !== sha256) throw new Error(`${name} ${version} has the SHA-256 ${found}, not ${sha256}`);
    renameSync(jar, jarOf(`${name}-${version}`));
  }
  rmSync(fetched, { recursive: true });
}

function pom(wanted: readonly Artifact[]): string {
  const items = wanted.map(
    ({ group, name, version }) =>
      `<artifactItem><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></artifactItem>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>eider</groupId><artifactId>readers</artifactId><version>1</version><packaging>pom</packaging>
  <build><plugins><plugin>
    <groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId><version>3.8.1</version>
    <configuration>
      <outputDirectory>\${project.basedir}/jars</outputDirectory>
      <artifactItems>${items.join('')}</artifactItems>
    </configuration>
  </plugin></plugins></build>
</project>
`;
}

/** Built from source: a few minutes on a machine that never did. */
async function placeVersitygw(): Promise<void> {
  const program = versitygwPath();
  if (existsSync(program)) return;
  if (!answers('go', 'version')) {
    throw new Error('The S3 server of the tests is built with Go: install Go 1.24 or newer, so that `go` runs.');
  }
  process.stdout.write(`Building versitygw ${versitygw.version}\n`);
  const folder = join(cacheFolder, 'bin');
  mkdirSync(folder, { recursive: true });
  await run('env', `GOBIN=${folder}`, 'go', 'install', `${versitygw.module}@${versitygw.version}`);
  renameSync(join(folder, 'versitygw'), program);
}

/** Azure's emulator is a program of npm. */
async function placeAzurite(): Promise<void> {
  if (existsSync(azuritePath())) return;
  process.stdout.write(`Installing ${azurite}\n`);
  const folder = join(cacheFolder, azurite);
  mkdirSync(folder, { recursive: true });
  await run('npm', 'install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, azurite);
}

/** Minutes of building, which the first tests need not wait for: it goes on when this program has ended, and takes what processor time is left. */
function beginBuilds(): void {
  const wanted = [
    { ...fakeGcs, program: fakeGcsPath() },
    { ...minio, program: minioPath() },
  ].filter(({ program }) => !existsSync(program));
  if (wanted.length === 0 || isBuilding() || !answers('go', 'version')) return;
  process.stdout.write(
    `Building ${wanted.map(({ module, version }) => `${module} ${version}`).join(', ')} behind the tests\n`,
  );
  const folder = join(cacheFolder, 'build.part');
  const log = openSync(buildLog, 'w');
  const steps = wanted.map(
    ({ module, program, version }) =>
      `GOBIN='${folder}' go install ${module}@${version} && mv '${folder}/${basename(module)}' '${program}'`,
  );
  mkdirSync(join(cacheFolder, 'bin'), { recursive: true });
  const child = spawn('nice', ['-n', '15', 'sh', '-c', steps.join(' ; ')], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  writeFileSync(builder, String(child.pid));
  child.unref();
}

mkdirSync(cacheFolder, { recursive: true });
const prepared = await Promise.allSettled([
  makeEnvironments().then(placeExtensions),
  placeJars(),
  placeVersitygw(),
  placeAzurite(),
]);
// Not beside the build of versitygw, which the first tests do wait for.
beginBuilds();
const failures = prepared.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
process.stdout.write(failures.length === 0 ? 'The peers are ready.\n' : `${failures.join('\n')}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
