/** The plugins that come with dbt-duckdb, as far as they work outside its process, as Python source by module: with the packages that those use. */
export const builtInPlugins: Readonly<Record<string, string>> = {
  'dbt.adapters.duckdb.plugins.excel': `
import os, pathlib
import pandas
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.plugins.pd_utils import target_to_df

class Plugin(BasePlugin):
    def initialize(self, config):
        self.config, self.writer = config, None
        for key, variable in [("s3_access_key_id", "AWS_ACCESS_KEY_ID"), ("s3_secret_access_key", "AWS_SECRET_ACCESS_KEY"), ("s3_region", "AWS_DEFAULT_REGION")]:
            if key in config:
                os.environ[variable] = config[key]

    def load(self, source):
        location = source["external_location"].format(**source.as_dict())
        return pandas.read_excel(location if "s3" in location else pathlib.Path(location.strip("'")), sheet_name=source.get("sheet_name", 0))

    def open(self, output):
        kept = {key: output.get(key) for key in ("date_format", "datetime_format")}
        options = {"mode": output.get("mode", "w"), "engine": output.get("engine", "xlsxwriter"), "engine_kwargs": output.get("engine_kwargs", {})}
        self.writer = pandas.ExcelWriter(output["file"], **options, **kept)
        if not output.get("header_styling", True):
            from pandas.io.formats import excel
            excel.ExcelFormatter.header_style = None

    def is_empty(self, rows, location):
        partitions = [part.split("=")[0] for part in location.path.split("/") if "=" in part]
        return not rows.drop(columns=partitions).notna().any(axis=None)

    def store(self, target):
        if not isinstance(self.config.get("output"), dict) or "file" not in self.config["output"]:
            raise KeyError("the plugin excel needs output: {file: ...} in its config to write to")
        if self.writer is None:
            self.open(self.config["output"])
        output = {**self.config["output"], **target.config.get("overrides", {})}
        sheet = output.get("sheet_name", (target.relation.identifier or "Sheet1")[:31])
        rows = target_to_df(target)
        if output.get("skip_empty_sheet", False) and self.is_empty(rows, target.location):
            return
        usual = {"na_rep": "", "float_format": None, "header": True, "index": True, "merge_cells": True, "inf_rep": "inf"}
        try:
            rows.to_excel(self.writer, sheet_name=sheet, **{key: output.get(key, value) for key, value in usual.items()})
        except ValueError as error:
            if not str(error).startswith("This sheet is too large") or not output.get("ignore_sheet_too_large"):
                raise
            told = output.get("ignore_sheet_too_large_error", str(error))
            pandas.DataFrame([{"Error": told}]).to_excel(self.writer, sheet_name=sheet, index=False)
        if not output.get("lazy_close", True):
            self.close()

    def close(self):
        writer, self.writer = self.writer, None
        if writer is not None:
            try:
                writer.close()
            except IndexError:  # openpyxl saves no workbook without a sheet.
                if writer.sheets:
                    raise
`,
  'dbt.adapters.duckdb.plugins.sqlalchemy': `
import pandas
from sqlalchemy import create_engine, text
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.plugins.pd_utils import target_to_df

class Plugin(BasePlugin):
    def initialize(self, config):
        options = dict(config)
        self.engine = create_engine(options.pop("connection_url"), **options)

    def load(self, source):
        with self.engine.connect() as connection:
            if "query" in source:
                query = text(source["query"].format(**source.as_dict()))
                return pandas.read_sql_query(query, con=connection, params=source.get("params", {}))
            return pandas.read_sql_table(source.get("table") or source.table_name(), con=connection)

    def store(self, target):
        target_to_df(target).to_sql(target.relation.identifier, self.engine, if_exists="replace", index=False)

    def close(self):
        self.engine.dispose()
`,
  'dbt.adapters.duckdb.plugins.delta': `
from deltalake import DeltaTable
from dbt.adapters.duckdb.plugins import BasePlugin

class Plugin(BasePlugin):
    def load(self, source):
        if "delta_table_path" not in source:
            raise KeyError("a source of the delta plugin needs delta_table_path")
        table = DeltaTable(source["delta_table_path"], storage_options=source.get("storage_options"))
        for key in ("as_of_version", "as_of_datetime"):
            if source.get(key):
                table.load_as_version(source[key])
        return table.to_pyarrow_dataset()

    def default_materialization(self):
        return "view"
`,
  'dbt.adapters.duckdb.plugins.iceberg': `
from pyiceberg.catalog import load_catalog
from dbt.adapters.duckdb.plugins import BasePlugin

class Plugin(BasePlugin):
    def initialize(self, config):
        options = dict(config)
        self.catalog = load_catalog(options.pop("catalog"), **options)

    def load(self, source):
        table = self.catalog.load_table(source.get("iceberg_table", "{schema}.{identifier}").format(**source.as_dict()))
        wanted = ("row_filter", "selected_fields", "case_sensitive", "snapshot_id", "options", "limit")
        return table.scan(**{key: source[key] for key in wanted if key in source}).to_arrow()
`,
  'dbt.adapters.duckdb.plugins.gsheet': `
import os
import gspread, pandas
from dbt.adapters.duckdb.plugins import BasePlugin

class Plugin(BasePlugin):
    def initialize(self, config):
        self.client = self.connect(config)

    def connect(self, config):
        if config.get("method") == "oauth":
            return gspread.oauth()
        if config.get("method") != "service":
            raise ValueError("the plugin gsheet needs method: service or oauth in its config")
        if config.get("impersonate"):
            from google.oauth2.service_account import Credentials
            keyfile = os.path.expanduser(config.get("keyfile") or gspread.auth.DEFAULT_SERVICE_ACCOUNT_FILENAME)
            areas = ["spreadsheets.readonly", "drive.readonly"]
            scopes = config.get("scopes") or ["https://www.googleapis.com/auth/" + area for area in areas]
            return gspread.authorize(Credentials.from_service_account_file(keyfile, scopes=scopes).with_subject(config["impersonate"]))
        keyfile = config.get("keyfile")
        return gspread.service_account(**({"filename": os.path.expanduser(keyfile)} if keyfile else {}))

    def load(self, source):
        ways = {"title": self.client.open, "key": self.client.open_by_key, "url": self.client.open_by_url}
        found = [way for way in ways if way in source]
        if not found:
            raise KeyError("a source of the gsheet plugin needs title, key or url")
        document = ways[found[0]](source[found[0]])
        which = source.get("worksheet")
        sheet = document.sheet1 if which is None else document.get_worksheet(which) if isinstance(which, int) else document.worksheet(which)
        if "range" not in source:
            return pandas.DataFrame(sheet.get_all_records())
        rows, names = sheet.get(source["range"]), source.get("headers")
        if names is None:
            return pandas.DataFrame(rows[1:], columns=rows[0])
        frame = pandas.DataFrame(rows)
        if len(names) != len(frame.columns):
            raise ValueError(f"headers names {len(names)} columns, and the range has {len(frame.columns)}")
        frame.columns = names
        return frame
`,
};
