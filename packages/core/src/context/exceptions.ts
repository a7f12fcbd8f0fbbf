import type { Callable, Parameter } from '../jinja/values/index.ts';
import { hostFunction, optional, toStr } from '../jinja/values/index.ts';
import { contractMessage } from './contract-error.ts';
import { templateError } from './template-error.ts';

/** `exceptions` of templates: what a macro raises or warns about gets the place of the template that called. */
export function exceptionFunctions(onWarning: (message: string) => void): Readonly<Record<string, Callable>> {
  const members: Record<string, Callable> = {
    warn: hostFunction('warn', ['msg', optional('node')], (message) => {
      onWarning(toStr(message));
      return '';
    }),
    warn_snapshot_timestamp_data_types: hostFunction(
      'warn_snapshot_timestamp_data_types',
      ['snapshot_time_data_type', 'updated_at_data_type'],
      (now, own) => {
        onWarning(
          `The snapshot's \`updated_at\` is of type ${toStr(own)}, and its columns of times are of type ${toStr(now)}. Cast \`updated_at\` to that one.`,
        );
        return null;
      },
    ),
    raise_contract_error: hostFunction('raise_contract_error', ['yaml_columns', 'sql_columns'], (wanted, found) => {
      throw templateError('config/invalid', contractMessage(wanted, found));
    }),
  };
  for (const [name, [parameters, text]] of Object.entries(raisers)) {
    members[name] = hostFunction(name, parameters, (...given: unknown[]) => {
      throw templateError('jinja/render', text(given.map(toStr)));
    });
  }
  return members;
}

type Words = (given: readonly string[]) => string;

const node: Parameter = optional('node');
const first: Words = ([message = '']) => message;

/** Each function's parameters and its message. */
const raisers: Readonly<Record<string, readonly [readonly Parameter[], Words]>> = {
  raise_compiler_error: [['msg', node], first],
  raise_database_error: [['msg', node], first],
  raise_dependency_error: [['msg'], first],
  raise_not_implemented: [['msg'], first],
  raise_cache_inconsistent: [['message'], first],
  raise_fail_fast_error: [['msg', node], first],
  raise_dataclass_not_dict: [
    ['obj'],
    ([value]) => `The object ("${value}") was used as a dictionary, which it is not.`,
  ],
  raise_ambiguous_alias: [
    ['node_1', 'node_2', optional('duped_name')],
    () => 'Two resources have one name in the database.',
  ],
  raise_ambiguous_catalog_match: [
    ['unique_id', 'match_1', 'match_2'],
    ([id]) => `Two relations in the database match ${id}.`,
  ],
  raise_dep_not_found: [
    ['node', 'node_description', 'required_pkg'],
    ([, what, pkg]) => `Error while parsing ${what}. The required package "${pkg}" was not found.`,
  ],
  raise_duplicate_patch_name: [
    ['patch_1', 'existing_patch_path'],
    ([, path]) => `A second description of a resource that ${path} describes.`,
  ],
  raise_duplicate_resource_name: [['node_1', 'node_2'], () => 'Two resources have one name.'],
  raise_invalid_property_yml_version: [
    ['path', 'issue'],
    ([path, issue]) => `The property file at ${path} is invalid because ${issue}.`,
  ],
  missing_config: [['model', 'name'], ([, name]) => `The model does not define a required config parameter '${name}'.`],
  missing_materialization: [
    ['model', 'adapter_type'],
    ([, adapter]) => `No such materialization was found for ${adapter}.`,
  ],
  missing_relation: [['relation', optional('model')], ([relation]) => `Relation ${relation} not found!`],
  relation_wrong_type: [
    ['relation', 'expected_type', optional('model')],
    ([relation, type]) => `Trying to create ${type} ${relation}, but it exists as another type.`,
  ],
  column_type_missing: [
    ['column_names'],
    ([names]) =>
      'Contracted models require data_type to be defined for each column. ' +
      `Please ensure that the column name and data_type are defined within the YAML configuration for the ${names} column(s).`,
  ],
};
