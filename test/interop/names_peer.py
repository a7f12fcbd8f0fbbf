"""Lists all that dbt 1.11 with dbt-duckdb knows by name, as JSON: commands, flags, configs, methods, context members."""
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
from dbt.contracts.project import ProjectFlags
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
    }
    names["projectFlags"] = [one for one in names["projectFlags"] if one != "_extra"]
    json.dump(names, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
