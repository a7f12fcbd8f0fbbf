/** What an artifact says about the command that wrote it. Clock, ids and environment come from the caller. */
export interface Invocation {
  /** A UUID. */
  readonly id: string;
  readonly startedAt: Date;
  readonly generatedAt: Date;
  /** Variables named `DBT_ENV_CUSTOM_ENV_…` go into the artifact, without that prefix. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The version of dbt-core whose artifacts, language and command line eider follows: readers of artifacts ask for it. */
export const dbtVersion = '1.11.16';

const customPrefix = 'DBT_ENV_CUSTOM_ENV_';

/** The metadata block that all artifacts share. */
export function artifactMetadata(schema: string, invocation: Invocation): Record<string, unknown> {
  const custom = Object.entries(invocation.env).filter(([name]) => name.startsWith(customPrefix));
  return {
    dbt_schema_version: `https://schemas.getdbt.com/dbt/${schema}.json`,
    dbt_version: dbtVersion,
    generated_at: invocation.generatedAt.toISOString(),
    invocation_id: invocation.id,
    invocation_started_at: invocation.startedAt.toISOString(),
    env: Object.fromEntries(custom.map(([name, value]) => [name.slice(customPrefix.length), value])),
  };
}
