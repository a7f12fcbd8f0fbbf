"""A plugin of the project's own: makes rows, keeps what models give it as JSON, and sets up the database and each connection."""

import json
import os

import pandas
from dbt.adapters.duckdb.plugins import BasePlugin, pd_utils
from dbt.adapters.duckdb.utils import SourceConfig, TargetConfig


class Plugin(BasePlugin):
    def initialize(self, config):
        self.folder = config["folder"]
        os.makedirs(self.folder, exist_ok=True)

    def update_connection_config(self, creds, config):
        config["default_null_order"] = "nulls_first"

    def configure_connection(self, conn):
        conn.execute("create or replace macro shelved(x) as 'on " + self.name + ": ' || x")

    def configure_cursor(self, cursor):
        cursor.execute("set variable shelf = '" + self.folder + "'")

    def load(self, source_config: SourceConfig):
        count = source_config.get("rows", 2)
        return pandas.DataFrame({"id": range(count), "name": [source_config.table_name()] * count})

    def store(self, target_config: TargetConfig):
        relation, location = target_config.relation, target_config.location
        rows = pd_utils.target_to_df(target_config)
        kept = {
            "name": self.name,
            "relation": relation.render(),
            "columns": " ".join(f"{column.quoted} {column.dtype} {column.data_type}" for column in target_config.column_list),
            "format": location.format,
            "path": os.path.relpath(location.path),
            "label": target_config.config.get("shelf_label", "none"),
            "root": self.creds.external_root,
            "rows": rows.to_json(orient="values"),
        }
        with open(os.path.join(self.folder, relation.identifier + ".json"), "w", encoding="utf-8") as file:
            json.dump(kept, file)
