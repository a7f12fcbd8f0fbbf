import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ask } from './duckdb.ts';
import { temporaryFolder } from './temporary-project.ts';

/** A model that adds a number to each `v` of its parent; `numbers` is the seed, whose numbers are multiplied by the macro `factor()` too. */
export interface NumberModel {
  readonly parent: string;
  readonly add: number;
  readonly kind: 'external' | 'table' | 'view' | 'ephemeral';
}

/** What a relation holds: so many rows with this sum of `v`. */
export interface Content {
  readonly rows: number;
  readonly sum: number;
}

const folders: Readonly<Record<NumberModel['kind'], string>> = {
  external: 'models/external',
  table: 'models/table',
  view: 'models/view',
  ephemeral: 'models/ephemeral',
};

/** A project whose published data can be told from its definitions: files are written as the definitions say, or broken on purpose. */
export class NumberLake {
  readonly folder: string = temporaryFolder('watch');
  readonly catalog: string = join(this.folder, 'catalog/dev.duckdb');
  readonly models: Map<string, NumberModel> = new Map();
  numbers: readonly number[] = [1, 2, 3];
  factor = 10;

  /** Thirty models: six that read the seed, and four layers upon them; tables, views and one ephemeral model among them. */
  constructor() {
    for (let i = 0; i < 30; i++) {
      const parent = i < 6 ? 'numbers' : name(i - 6);
      const kind = i === 7 ? 'ephemeral' : i % 10 === 8 ? 'table' : i % 10 === 9 ? 'view' : 'external';
      this.models.set(name(i), { parent, add: i, kind });
    }
    this.write('dbt_project.yml', projectFile({}));
    this.write('profiles.yml', profileFile(2));
    this.write('models/models.yml', propertiesFile(''));
    this.writeFactor();
    this.writeSeed();
    for (const model of this.models.keys()) this.writeModel(model);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  remove(path: string): void {
    rmSync(join(this.folder, path));
  }

  rename(from: string, to: string): void {
    renameSync(join(this.folder, from), join(this.folder, to));
  }

  /** Where a model's file is. */
  path(model: string): string {
    return `${folders[this.model(model).kind]}/${model}.sql`;
  }

  /** The text of a model's file. */
  sql(model: string): string {
    const { add, parent } = this.model(model);
    const value = parent === 'numbers' ? `v * {{ factor() }} + ${add}` : `v + ${add}`;
    return `select id, ${value} as v\nfrom {{ ref('${parent}') }}\n`;
  }

  writeModel(model: string): void {
    this.write(this.path(model), this.sql(model));
  }

  /** Gives a model another number to add, and writes it. */
  change(model: string, add: number): void {
    this.models.set(model, { ...this.model(model), add });
    this.writeModel(model);
  }

  writeFactor(): void {
    this.write('macros/factor.sql', `{% macro factor() %}${this.factor}{% endmacro %}\n`);
  }

  writeSeed(): void {
    this.write('seeds/numbers.csv', seedText(this.numbers));
  }

  /** What the relations hold when everything is built. */
  content(): Readonly<Record<string, Content>> {
    const names = [...this.models].filter(([, { kind }]) => kind !== 'ephemeral').map(([each]) => each);
    return Object.fromEntries(['numbers', ...names].map((each) => [each, contentOf(this.values(each))]));
  }

  /** A model and all that is built upon it, the ephemeral ones aside. */
  below(model: string): readonly string[] {
    const children = [...this.models].filter(([, { parent }]) => parent === model).map(([each]) => each);
    const own = this.models.get(model)?.kind === 'ephemeral' ? [] : [model];
    return [...own, ...children.flatMap((child) => this.below(child))];
  }

  /** What readers of the published catalog see. */
  async published(): Promise<Readonly<Record<string, Content>>> {
    const shown = await ask(this.catalog, 'select relation_name as name from eider.nodes where shown_as is not null');
    const parts = shown.map(
      ({ name: of }) => `select '${of}' as name, count(*)::int as rows, sum(v)::int as sum from main."${of}"`,
    );
    const found = await ask(this.catalog, parts.join(' union all '));
    return Object.fromEntries(
      found.map(({ name: of, rows, sum }) => [String(of), { rows: Number(rows), sum: Number(sum) }]),
    );
  }

  private values(of: string): readonly number[] {
    if (of === 'numbers') return this.numbers;
    const { add, parent } = this.model(of);
    const times = parent === 'numbers' ? this.factor : 1;
    return this.values(parent).map((value) => value * times + add);
  }

  private model(of: string): NumberModel {
    const found = this.models.get(of);
    if (found === undefined) throw new Error(`There is no model ${of}`);
    return found;
  }
}

function name(index: number): string {
  return `m${String(index).padStart(2, '0')}`;
}

function contentOf(values: readonly number[]): Content {
  return { rows: values.length, sum: values.reduce((sum, value) => sum + value, 0) };
}

/** The seed's file. */
export function seedText(numbers: readonly number[]): string {
  return `id,v\n${numbers.map((value, i) => `${i},${value}\n`).join('')}`;
}

/** dbt_project.yml with these variables. */
export function projectFile(vars: Readonly<Record<string, number>>): string {
  return `name: numbers
version: '1.0'
profile: numbers
flags: {send_anonymous_usage_stats: false}
vars: ${JSON.stringify(vars)}
models:
  numbers:
    external: {+materialized: external}
    table: {+materialized: table}
    view: {+materialized: view}
    ephemeral: {+materialized: ephemeral}
`;
}

/** profiles.yml with so many threads. */
export function profileFile(threads: number): string {
  return `numbers:
  target: dev
  outputs:
    dev: {type: duckdb, path: numbers.duckdb, threads: ${threads}, external_root: lake}
`;
}

/** models.yml with the tests that every run does, and more entries. */
export function propertiesFile(more: string): string {
  return `version: 2
models:
  - name: m00
    columns: [{name: id, data_tests: [unique, not_null]}]
  - name: m12
    columns: [{name: v, data_tests: [not_null]}]
${more}`;
}
