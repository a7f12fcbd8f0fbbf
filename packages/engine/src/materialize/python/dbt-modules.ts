/**
 * What a plugin imports of dbt and dbt-duckdb, as Python source by module: the base class of plugins, what they are given, errors and logging. Made for the
 * process in which plugins run, so that dbt need not be installed there; other modules of dbt are not there, even where it is. Source: dbt-duckdb 1.11.
 */
export const dbtModules: Readonly<Record<string, string>> = {
  dbt: '',
  'dbt.adapters': '',
  'dbt.adapters.base': `
from dbt.adapters.base.column import Column
from dbt.adapters.base.relation import BaseRelation
`,
  'dbt.adapters.base.column': `
class Column:
    def __init__(self, column, dtype):
        self.column, self.dtype = column, dtype

    @property
    def name(self):
        return self.column

    @property
    def quoted(self):
        return '"' + self.column + '"'

    @property
    def data_type(self):
        return "character varying(256)" if self.is_string() else self.dtype

    def is_string(self):
        return self.dtype.lower() in ("text", "character varying", "character", "varchar")

    def __repr__(self):
        return f"<Column {self.name} ({self.data_type})>"
`,
  'dbt.adapters.base.relation': `
class BaseRelation:
    def __init__(self, database, schema, identifier, type="view"):
        self.database, self.schema, self.identifier, self.type = database, schema, identifier, type

    @property
    def name(self):
        return self.identifier

    def render(self):
        parts = [part for part in (self.database, self.schema, self.identifier) if part]
        return ".".join('"' + part.replace('"', '""') + '"' for part in parts)

    def to_dict(self, **kwargs):
        path = {"database": self.database, "schema": self.schema, "identifier": self.identifier}
        return {"path": path, "type": self.type}

    def __str__(self):
        return self.render()
`,
  'dbt.adapters.contracts': '',
  'dbt.adapters.contracts.relation': 'RelationConfig = object\n',
  'dbt.adapters.duckdb': '',
  'dbt.adapters.duckdb.credentials': `
class DuckDBCredentials:
    def __init__(self, values):
        self.__dict__.update(values)

    def to_dict(self, **kwargs):
        return dict(self.__dict__)
`,
  'dbt.adapters.duckdb.utils': `
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence

def escape_sql_string(value):
    return str(value).replace("'", "''")

@dataclass
class SourceConfig:
    name: str
    identifier: str
    schema: str
    database: Optional[str]
    meta: Dict[str, Any]
    tags: List[str]

    def get(self, key, default=None):
        return self.meta.get(key, default)

    def __getitem__(self, key):
        return self.meta[key]

    def __contains__(self, key):
        return key in self.meta

    def table_name(self):
        return ".".join(part for part in (self.database, self.schema, self.identifier) if part)

    def as_dict(self):
        own = {"name": self.name, "identifier": self.identifier, "schema": self.schema, "database": self.database, "tags": self.tags}
        return {**own, **self.meta}

@dataclass
class TargetLocation:
    path: str
    format: str

    def as_dict(self):
        return {"path": self.path, "format": self.format}

@dataclass
class TargetConfig:
    relation: Any
    column_list: Sequence[Any]
    config: Any
    location: Optional[TargetLocation] = None

    def as_dict(self):
        columns = [{"column": one.column, "dtype": one.dtype} for one in self.column_list]
        own = {"relation": self.relation.to_dict(), "column_list": columns, "config": self.config}
        return own if self.location is None else {**own, "location": self.location.as_dict()}
`,
  'dbt.adapters.duckdb.plugins': `
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.utils import SourceConfig, TargetConfig

class PluginConfig:
    pass

class BasePlugin:
    def __init__(self, name, plugin_config, credentials=None):
        self.name, self.creds = name, credentials
        self.initialize(plugin_config)

    def initialize(self, plugin_config):
        pass

    def update_connection_config(self, creds, config):
        pass

    def configure_connection(self, conn):
        pass

    def configure_cursor(self, cursor):
        pass

    def load(self, source_config):
        raise NotImplementedError("load method not implemented for " + self.name)

    def store(self, target_config):
        raise NotImplementedError("store method not implemented for " + self.name)

    def default_materialization(self):
        return "table"
`,
  'dbt.adapters.duckdb.plugins.pd_utils': `
import pandas as pd

def target_to_df(target_config):
    location = target_config.location
    if location is None:
        raise Exception("Target config does not have a location")
    readers = {"csv": pd.read_csv, "parquet": pd.read_parquet}
    if location.format not in readers:
        raise Exception("Unsupported format: " + location.format)
    return readers[location.format](location.path)
`,
  'dbt.adapters.events': '',
  'dbt.adapters.events.logging': `
class AdapterLogger:
    def __init__(self, name):
        self.name = name

    def _say(self, message, *args, **kwargs):
        print(self.name + " adapter: " + (str(message) % args if args else str(message)), flush=True)

    def debug(self, message, *args, **kwargs):
        pass

    info = warning = error = critical = exception = _say
`,
  'dbt.adapters.exceptions': 'from dbt_common.exceptions import CompilationError, DbtDatabaseError, DbtRuntimeError\n',
  dbt_common: '',
  'dbt_common.exceptions': `
class DbtBaseException(Exception):
    pass

class DbtRuntimeError(RuntimeError, DbtBaseException):
    def __init__(self, msg="", node=None):
        super().__init__(msg)
        self.msg = msg

class CompilationError(DbtRuntimeError):
    pass

class DbtConfigError(DbtRuntimeError):
    pass

class DbtDatabaseError(DbtRuntimeError):
    pass
`,
  'dbt_common.dataclass_schema': `
class dbtClassMixin:
    pass
`,
};
