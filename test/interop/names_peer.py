"""Lists all that dbt 1.11 with dbt-duckdb knows by name, as JSON: commands, flags, configs, methods, context members."""
import inspect
import json
import os
import re
import sys

import click
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt.adapters.duckdb.credentials import Attachment, DuckDBCredentials, PluginConfig, Retries
from dbt.artifacts import resources
from dbt.cli.main import cli
from dbt.context import exceptions_jinja, providers
from dbt.adapters.duckdb.column import DuckDBColumn
from dbt.adapters.duckdb.relation import DuckDBRelation
from dbt.adapters.utils import classproperty
from dbt.contracts.graph import unparsed
from dbt.contracts.project import Project, ProjectFlags
from dbt.graph.selector_methods import MethodName
from dbt.include import duckdb as macros

configs = "Model Seed Snapshot Test UnitTest Source Exposure Metric SemanticModel SavedQuery Function Group Macro".split()


def flag(option):
    spelled = sorted([*option.opts, *option.secondary_opts])
    variable = option.envvar[-1] if isinstance(option.envvar, list) else option.envvar
    choices = getattr(option.type, "choices", None) or getattr(getattr(option.type, "choice", None), "choices", None)
    takes = "nothing" if option.is_flag else "number" if option.type.name == "integer" else "any text"
    if not option.is_flag and choices:
        takes = choices[0]
    kind = type(option.type).__name__
    if kind in ("DateTime", "YAML", "SampleType", "WarnErrorOptionsType", "SqlParseOptionsType"):
        takes = kind
    return {"flags": spelled, "variable": variable, "takes": takes}


def commands():
    """Every flag once, with the commands that have it."""
    names, found = [], {}

    def walk(command, path):
        if isinstance(command, click.Group):
            for name, child in command.commands.items():
                walk(child, [*path, name])
            return
        names.append(" ".join(path))
        for option in command.params:
            if isinstance(option, click.Option):
                one = flag(option)
                found.setdefault(json.dumps(one), {**one, "commands": []})["commands"].append(names[-1])

    walk(cli, [])
    flags = sorted(found.values(), key=lambda one: one["flags"])
    return names, [{**one, "flags": " ".join(one["flags"]), "commands": ", ".join(one["commands"])} for one in flags]


def config_keys():
    found = {}
    for name in configs:
        for key in getattr(resources, name + "Config").__dataclass_fields__:
            if key != "_extra":
                found.setdefault(key, []).append(name)
    for folder, _, files in os.walk(os.path.dirname(macros.__file__)):
        for file in files:
            if file.endswith(".sql"):
                text = open(os.path.join(folder, file)).read()
                for key in re.findall(r"config\.(?:get|require)\(\s*['\"](\w+)['\"]", text):
                    found.setdefault(key, ["dbt-duckdb"])
    return {key: ", ".join(found[key]) for key in sorted(found)}


def profile_keys():
    parts = {"": DuckDBCredentials, "attach.": Attachment, "plugins.": PluginConfig, "retries.": Retries}
    return sorted(
        prefix + key for prefix, part in parts.items() for key in part.__dataclass_fields__ if not key.startswith("_")
    )


# Keys of dbt_project.yml that have no hyphens.
underscored = {"data_tests", "unit_tests"}
# What dbt itself puts into entries.
own = {"original_file_path", "package_name", "yaml_key", "path", "loaded_at_field_present", "unrendered_database", "unrendered_schema"}


def keys_of(part, *more):
    return sorted({*part.__dataclass_fields__, *more} - own - {"_extra", "_hyphenated"})


def property_keys():
    """The keys of each entry of a property file, and of what lies in one (`models.versions`)."""
    found = {
        "models": keys_of(unparsed.UnparsedModelUpdate),
        "models.versions": keys_of(unparsed.UnparsedVersion),
        "models.columns": keys_of(unparsed.UnparsedColumn),
        **{kind: keys_of(unparsed.UnparsedNodeUpdate) for kind in ("seeds", "snapshots")},
        "analyses": keys_of(unparsed.UnparsedAnalysisUpdate),
        "functions": keys_of(unparsed.UnparsedFunctionUpdate),
        "data_tests": keys_of(unparsed.UnparsedSingularTestUpdate),
        "unit_tests": keys_of(unparsed.UnparsedUnitTest),
        "sources": keys_of(unparsed.UnparsedSourceDefinition, "overrides"),
        "sources.tables": keys_of(unparsed.UnparsedSourceTableDefinition),
        "macros": keys_of(unparsed.UnparsedMacroUpdate),
        "macros.arguments": keys_of(unparsed.MacroArgument),
        "exposures": keys_of(unparsed.UnparsedExposure),
        "groups": keys_of(unparsed.UnparsedGroup),
        "metrics": keys_of(unparsed.UnparsedMetric),
        "semantic_models": keys_of(unparsed.UnparsedSemanticModel),
        "semantic_models.entities": keys_of(unparsed.UnparsedEntity),
        "semantic_models.dimensions": keys_of(unparsed.UnparsedDimension),
        "semantic_models.measures": keys_of(unparsed.UnparsedMeasure),
        "saved_queries": keys_of(unparsed.UnparsedSavedQuery),
    }
    return {kind: ", ".join(keys) for kind, keys in found.items()}


def members(value):
    return sorted(key for key in dir(value) if not key.startswith("_"))


def relation_members():
    relation = DuckDBRelation.create(database="a", schema="b", identifier="c")
    of_class = [
        key
        for key in members(DuckDBRelation)
        if isinstance(inspect.getattr_static(DuckDBRelation, key), (classmethod, staticmethod, classproperty))
    ]
    column = DuckDBColumn("a", "integer")
    return [
        *(f"relation.{key}" for key in members(relation) if key not in of_class),
        *(f"api.Relation.{key}" for key in of_class),
        *(f"column.{key}" for key in members(column)),
    ]


def main():
    context = providers.ModelContext
    known, flags = commands()
    names = {
        "commands": known,
        "flags": flags,
        "projectFlags": sorted(ProjectFlags.__dataclass_fields__),
        "methods": sorted(one.value for one in MethodName),
        "configs": config_keys(),
        "context": sorted(context._context_members_),
        "adapter": sorted(DuckDBAdapter._available_),
        "exceptions": sorted(exceptions_jinja.wrapped_exports(None)),
        "profile": profile_keys(),
        "members": relation_members(),
        "propertyKeys": property_keys(),
        "projectKeys": [key.replace("_", "-") if key not in underscored else key for key in keys_of(Project)],
    }
    names["projectFlags"] = [one for one in names["projectFlags"] if one != "_extra"]
    json.dump(names, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
