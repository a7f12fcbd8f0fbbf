/**
 * Every code that core may report: what it is about, and what to do. A code is permanent: it is documented, searched for and silenced by name.
 * The page of codes in the documentation is generated from this catalogue and those of engine and cli.
 */
export const codes = {
  'project/not-found': {
    title: 'No dbt_project.yml in this folder or above it',
    action: 'Run eider in the project, or name its folder with `--project-dir`.',
  },
  'project/yaml-syntax': {
    title: 'A YAML file cannot be read',
    action: 'Mend the line that is shown: indentation, quotes and colons are what goes wrong.',
  },
  'project/unknown-key': {
    title: 'A key that this place does not know',
    action: 'Correct the key. Where dbt ignores unknown keys it is a warning only.',
  },
  'project/invalid-value': {
    title: 'A value of the wrong type',
    action: 'Write a value of the type that the message names.',
  },
  'project/unused-config': {
    title: 'Configs of dbt_project.yml that apply to nothing',
    action: 'Correct the folder names under `models:`, `seeds:` and the like, or take the lines out.',
  },
  'project/no-node': {
    title: 'A description of a resource that does not exist',
    action: 'Correct the name in the property file, or delete the entry.',
  },
  'project/duplicate': {
    title: 'Two resources of one name',
    action: 'Rename one of them, or disable it with `enabled: false`.',
  },
  'project/duplicate-key': {
    title: 'A key that stands twice in one YAML mapping',
    action: 'Remove one of them: the last one counts.',
  },
  'project/unsupported': {
    title: 'A feature that eider refuses by name',
    action: 'Do without it as the message says, or go on building this part with dbt.',
  },
  'project/deprecated': {
    title: 'A spelling that dbt has replaced',
    action: 'Write the new spelling.',
  },
  'profile/not-found': {
    title: 'No profiles.yml, profile or target of that name',
    action: 'Correct the name; the message lists where profiles.yml was looked for.',
  },
  'profile/invalid': {
    title: 'A profile that cannot be used',
    action: 'Mend the entry of profiles.yml that is shown.',
  },
  'env/missing': {
    title: 'An environment variable that is not set',
    action: 'Set the variable, or give `env_var()` a default.',
  },
  'package/not-installed': {
    title: 'A package that is not installed',
    action: 'Run `eider deps`.',
  },
  'package/outdated-lock': {
    title: 'A package-lock.yml that was made for other entries',
    action: 'Run `eider deps`, and keep the new package-lock.yml with the project.',
  },
  'package/not-found': {
    title: 'A package, version, revision or folder that does not exist',
    action: 'Correct the entry that is shown.',
  },
  'package/conflict': {
    title: 'One package asked for in ways that exclude each other',
    action: 'Change the condition that is yours, or take another version of the package that asks for the other.',
  },
  'package/duplicate': {
    title: 'Two packages whose projects have one name',
    action: 'Remove one of them, or rename the project that is yours.',
  },
  'package/unpinned': {
    title: 'A git package that may change without a word',
    action: 'Give a tag or a commit as `revision:`, or silence this with `warn-unpinned: false`.',
  },
  'package/invalid': {
    title: 'A package that cannot be used as it is',
    action: 'Correct what the message names; where it is the package itself, tell its author.',
  },
  'package/unreachable': {
    title: 'A hub, repository or archive that could not be read',
    action: 'Check the address, the network and the credentials, and run `eider deps` again: nothing was changed.',
  },
  'jinja/syntax': {
    title: 'A template that cannot be read',
    action: 'Mend the tag or expression that is shown.',
  },
  'jinja/render': {
    title: 'A template that failed while rendering',
    action: 'Look at the place and the chain of macros: the innermost comes first.',
  },
  'macro/not-found': {
    title: 'A macro, test or name that does not exist',
    action: 'Correct the name, define the macro under `macros/`, or install its package.',
  },
  'ref/not-found': {
    title: 'A ref to a node that does not exist',
    action: 'Correct the name: refs name models, seeds and snapshots by their file.',
  },
  'ref/disabled': {
    title: 'A ref to a node that is disabled',
    action: 'Enable the node, or take the ref out.',
  },
  'ref/ambiguous': {
    title: 'A ref that several packages answer',
    action: "Name the package too: `ref('package', 'model')`.",
  },
  'ref/private': {
    title: 'A ref to a model that is private to another group',
    action: 'Give the node the same group, or set `access: protected` on the model.',
  },
  'ref/undeclared': {
    title: 'A ref that the parse pass did not see',
    action: "Name it in a comment at the top: `-- depends_on: {{ ref('model') }}`.",
  },
  'source/not-found': {
    title: 'A source that is not declared',
    action: 'Declare it under `sources:` in a property file, or correct its name.',
  },
  'graph/cycle': {
    title: 'Nodes that depend on one another in a circle',
    action: 'Take one of the refs away, or move what both need into a node of its own.',
  },
  'select/invalid': {
    title: 'A selection that cannot be read',
    action: 'Correct the method or the selector; `eider ls` tries a selection.',
  },
  'select/nothing': {
    title: 'A selection that matches nothing',
    action: 'Correct the name; `eider ls` shows what there is.',
  },
  'select/no-state': {
    title: 'A command that needs the artifacts of an earlier run',
    action:
      'Name the folder that holds them with `--state` (or `--defer-state`), and make them first where there are none.',
  },
  'select/breaking-change': {
    title: 'A change that breaks the contract of a model',
    action: 'Make a change that only adds, or a new version of the model.',
  },
  'select/large-seed': {
    title: 'A seed of more than 1 MB, whose rows `--state` does not know',
    action: 'Name the seed where its rows changed; its file alone says so.',
  },
  'config/invalid': {
    title: 'A config value that cannot be used',
    action: 'Write a value that the message names.',
  },
} as const;

/** The permanent code of a finding. */
export type Code = keyof typeof codes | `engine/${string}` | `lake/${string}` | `cli/${string}`;
