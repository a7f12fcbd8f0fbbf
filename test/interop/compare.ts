import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runEider } from '../support/eider.ts';
import { type ProjectCase, readProjectCase } from '../support/project-case.ts';
import { type ProgramResult, runProgram } from '../support/run-program.ts';
import { copyProject, removeFolder } from '../support/temporary-project.ts';
import { compareArtifacts } from './artifact-differences.ts';
import { readCompiled, readManifestNodes, readOutcomes } from './artifacts.ts';
import { type Column, compareColumns, type StepFacts, withheldNodes } from './differences.ts';
import { findPeers, type Peers } from './peers.ts';
import { type Deliberate, type Difference, describeVerdict, type Verdict } from './verdict.ts';

interface DbtResponse {
  readonly results: readonly {
    readonly success: boolean;
    readonly exception: string | null;
    readonly listed: readonly string[] | null;
  }[];
  readonly database: { readonly path: string; readonly name: string } | null;
}

interface RelationsAnswer {
  readonly dbt: Readonly<Record<string, readonly Column[]>>;
  readonly eider: Readonly<Record<string, readonly Column[]>>;
  readonly rows: Readonly<
    Record<
      string,
      {
        readonly total: number;
        readonly only_dbt: number;
        readonly only_eider: number;
        readonly samples: readonly unknown[];
      }
    >
  >;
}

/** One project in two copies: what each side's programs are run with. */
interface Comparison {
  readonly peers: Peers;
  readonly dbtFolder: string;
  readonly eiderFolder: string;
  readonly dbtCase: ProjectCase;
  readonly eiderCase: ProjectCase;
  readonly differences: Difference[];
  readonly deliberate: Deliberate[];
  /** Relations' nodes that a failing test has withheld in any step so far. */
  readonly withheld: Set<string>;
  readonly compared: Record<keyof Verdict['compared'], number>;
  /** When it began, as ISO 8601 has it. */
  readonly since: string;
}

/**
 * Builds a project with dbt-duckdb and with eider, each in a copy of its own, and compares exit codes, node statuses, compiled
 * SQL (white space aside) and relations: names, columns, types and rows (order aside), through dbt's database file on the one
 * side and the published catalog on the other. `keep` leaves the copies for a look.
 */
export async function compareProject(project: string, { keep = false } = {}): Promise<Verdict> {
  const peers = findPeers();
  const [dbtFolder, eiderFolder] = [copyProject(project), copyProject(project)];
  const comparison: Comparison = {
    peers,
    dbtFolder,
    eiderFolder,
    dbtCase: readProjectCase(dbtFolder),
    eiderCase: readProjectCase(eiderFolder),
    differences: [],
    deliberate: [],
    withheld: new Set(),
    compared: { nodes: 0, files: 0, relations: 0, lists: 0, artifacts: 0 },
    since: new Date().toISOString(),
  };
  try {
    await prepare(peers, dbtFolder, comparison.dbtCase);
    await prepare(peers, eiderFolder, comparison.eiderCase);
    for (const index of comparison.dbtCase.runs.keys()) await compareStep(comparison, index);
    if (comparison.dbtCase.lists.length > 0) await compareLists(comparison);
  } finally {
    if (keep) process.stderr.write(`dbt: ${dbtFolder}\neider: ${eiderFolder}\n`);
    else for (const folder of [dbtFolder, eiderFolder]) removeFolder(folder);
  }
  const { differences, deliberate, compared } = comparison;
  return { project: basename(realpathSync(project)), differences, deliberate, compared };
}

/** Runs the SQL that a fixture's copy needs before its first command. */
export async function prepare(peers: Peers, folder: string, { prepare: statements }: ProjectCase): Promise<void> {
  if (statements.length === 0) return;
  const code = 'import duckdb, json, sys\nfor s in json.load(sys.stdin): duckdb.sql(s)';
  const result = await runProgram([peers.dbtPython, '-c', code], { cwd: folder, input: JSON.stringify(statements) });
  if (result.exitCode !== 0) throw new Error(`The fixture could not be prepared:\n${result.stderr}`);
}

function environmentOf(peers: Peers, given: ProjectCase): Readonly<Record<string, string>> {
  const fixed = { DBT_SEND_ANONYMOUS_USAGE_STATS: 'false', PYTHONWARNINGS: 'ignore', EIDER_PYTHON: peers.dbtPython };
  return { HOME: peers.home, ...fixed, ...given.env };
}

async function runDbt(
  c: Comparison,
  invocations: readonly (readonly string[])[],
): Promise<{ response: DbtResponse; output: ProgramResult }> {
  const request = join(c.dbtFolder, '.request.json');
  const response = join(c.dbtFolder, '.response.json');
  writeFileSync(
    request,
    JSON.stringify({ invocations: invocations.map((step) => [...step, '--profiles-dir', c.dbtFolder]) }),
  );
  const script = join(import.meta.dirname, 'dbt_peer.py');
  const env = environmentOf(c.peers, c.dbtCase);
  const output = await runProgram([c.peers.dbtPython, script, request, response], { cwd: c.dbtFolder, env });
  if (!existsSync(response)) throw new Error(`dbt did not run:\n${output.stdout}\n${output.stderr}`);
  return { response: JSON.parse(readFileSync(response, 'utf8')) as DbtResponse, output };
}

function runOurs(c: Comparison, step: readonly string[]): Promise<ProgramResult> {
  return runEider([...step, '--profiles-dir', c.eiderFolder], {
    cwd: c.eiderFolder,
    env: environmentOf(c.peers, c.eiderCase),
  });
}

async function compareStep(c: Comparison, index: number): Promise<void> {
  const parameters = c.dbtCase.runs[index] ?? [];
  const step = parameters.join(' ');
  const { response, output } = await runDbt(c, [parameters]);
  const outcome = response.results[0];
  const theirs = outcome?.success === true ? 0 : outcome?.exception === null ? 1 : 2;
  const ours = await runOurs(c, c.eiderCase.runs[index] ?? []);
  if (ours.exitCode !== theirs) {
    const [dbt, eider] = [
      `${theirs}: ${lastLines(output.stdout)}`,
      `${ours.exitCode}: ${lastLines(ours.stdout + ours.stderr)}`,
    ];
    c.differences.push({ step, kind: 'exit code', subject: 'the command', dbt, eider });
  }
  if (theirs === 2 || ours.exitCode === 2) return;
  const facts: StepFacts = { manifest: readManifestNodes(c.dbtFolder), outcomes: readOutcomes(c.dbtFolder) };
  compareStatuses(c, step, facts);
  compareCompiled(c, step);
  for (const id of withheldNodes(facts)) c.withheld.add(id);
  const { compared, differences } = compareArtifacts(c.dbtFolder, c.eiderFolder, facts.manifest);
  c.compared.artifacts += compared;
  for (const { dbt, eider, field } of differences) {
    const one: Difference = { step, kind: 'artifact', subject: field, dbt, eider };
    const missing = eider === 'absent' ? leftOut(c, /^catalog\.json nodes\.(.+)$/.exec(field)?.[1] ?? '') : undefined;
    if (missing !== undefined) c.deliberate.push({ ...one, number: missing });
    else c.differences.push(one);
  }
  if (response.database !== null) await compareRelations(c, step, facts, response.database, targetOf(parameters, c));
}

/** Why readers do not see a node's relation, by the list of deliberate differences: it is withheld, or holds the rows of a test. */
function leftOut({ withheld }: Comparison, id: string): 5 | 9 | undefined {
  if (withheld.has(id)) return 5;
  return id.startsWith('test.') ? 9 : undefined;
}

/** The last lines of a program's output, for a message. */
function lastLines(text: string): string {
  return text.trim().split('\n').slice(-12).join('\n             ');
}

function targetOf(step: readonly string[], c: Comparison): string {
  const flag = step.indexOf('--target');
  return flag >= 0 ? (step[flag + 1] ?? 'dev') : (c.eiderCase.env.DBT_TARGET ?? 'dev');
}

function compareStatuses(c: Comparison, step: string, { outcomes }: StepFacts): void {
  const own = readOutcomes(c.eiderFolder);
  for (const id of new Set([...outcomes.keys(), ...own.keys()])) {
    const text = (map: StepFacts['outcomes']) => {
      const found = map.get(id);
      return found === undefined
        ? 'did not run'
        : `${found.status}${found.failures === null ? '' : ` (${found.failures})`}${found.difference ?? ''}`;
    };
    const [dbt, eider] = [text(outcomes), text(own)];
    if (dbt !== eider) c.differences.push({ step, kind: 'status', subject: id, dbt, eider });
    c.compared.nodes += 1;
  }
}

function compareCompiled(c: Comparison, step: string): void {
  const [theirs, ours] = [readCompiled(c.dbtFolder), readCompiled(c.eiderFolder)];
  for (const [path, sql] of theirs) {
    const own = ours.get(path);
    if (own !== sql)
      c.differences.push({ step, kind: 'compiled SQL', subject: path, dbt: sql, eider: own ?? 'no such file' });
    c.compared.files += 1;
  }
}

async function compareRelations(
  c: Comparison,
  step: string,
  facts: StepFacts,
  dbt: { path: string; name: string },
  target: string,
): Promise<void> {
  const nodes = new Map([...facts.manifest].map(([id, node]) => [`${node.schema}.${node.alias}`, { id, node }]));
  const catalog = join(c.eiderFolder, 'catalog', `${target}.duckdb`);
  const eider = existsSync(catalog) ? catalog : null;
  const answer = await askRelations(c, { dbt, eider, since: c.since, relations: [...nodes.keys()] });
  for (const relation of new Set([...Object.keys(answer.dbt), ...Object.keys(answer.eider)])) {
    const found = nodes.get(relation);
    const [theirs, ours] = [answer.dbt[relation], answer.eider[relation]];
    c.compared.relations += 1;
    if (theirs === undefined || ours === undefined) {
      const state = (columns: unknown) => (columns === undefined ? 'absent' : 'there');
      const one: Difference = { step, kind: 'relation', subject: relation, dbt: state(theirs), eider: state(ours) };
      const missing = ours === undefined ? leftOut(c, found?.id ?? '') : undefined;
      if (missing === undefined) c.differences.push(one);
      else c.deliberate.push({ ...one, number: missing });
      continue;
    }
    const rows = answer.rows[relation];
    const columns = compareColumns({ step, subject: relation }, theirs, ours, found?.node, rows?.total === 0);
    const isWithheld = c.withheld.has(found?.id ?? '');
    if (isWithheld) c.deliberate.push(...columns.differences.map((one) => ({ ...one, number: 5 as const })));
    else c.differences.push(...columns.differences);
    c.deliberate.push(...columns.deliberate);
    if (rows === undefined || (rows.only_dbt === 0 && rows.only_eider === 0)) continue;
    const one: Difference = {
      step,
      kind: 'rows',
      subject: relation,
      dbt: `${rows.only_dbt} only here`,
      eider: `${rows.only_eider} only here: ${JSON.stringify(rows.samples)}`,
    };
    if (isWithheld) c.deliberate.push({ ...one, number: 5 });
    else c.differences.push(one);
  }
}

async function askRelations(c: Comparison, request: unknown): Promise<RelationsAnswer> {
  const script = join(import.meta.dirname, 'relations_peer.py');
  // The folder is dbt's: the views in its database file may hold relative paths. The published catalog has none.
  const options = { cwd: c.dbtFolder, env: { HOME: c.peers.home }, input: JSON.stringify(request) };
  const result = await runProgram([c.peers.dbtPython, script], options);
  if (result.exitCode !== 0) throw new Error(`The relations cannot be compared:\n${result.stderr}`);
  return JSON.parse(result.stdout) as RelationsAnswer;
}

async function compareLists(c: Comparison): Promise<void> {
  const steps = c.dbtCase.lists.map((selection) => ['ls', '--quiet', '--select', ...selection.split(' ')]);
  const { response } = await runDbt(c, steps);
  for (const [index, step] of steps.entries()) {
    const ours = await runOurs(c, step);
    const theirs = response.results[index]?.listed ?? [];
    const [dbt, eider] = [theirs, ours.stdout.split('\n')].map((lines) =>
      [...lines]
        .filter((line) => line.trim() !== '')
        .sort()
        .join(' '),
    );
    c.compared.lists += 1;
    if (dbt !== eider)
      c.differences.push({
        step: 'ls',
        kind: 'list',
        subject: step.slice(3).join(' '),
        dbt: dbt ?? '',
        eider: eider ?? '',
      });
  }
}

/** `node --conditions=eider-source --import tsx test/interop/compare.ts FOLDER… [--keep]`: exit code 1 where anything differs that should not. */
async function main(parameters: readonly string[]): Promise<void> {
  const keep = parameters.includes('--keep');
  for (const folder of parameters.filter((p) => !p.startsWith('--'))) {
    const verdict = await compareProject(folder, { keep });
    process.stdout.write(`${describeVerdict(verdict)}\n`);
    if (verdict.differences.length > 0) process.exitCode = 1;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  await main(process.argv.slice(2));
}
