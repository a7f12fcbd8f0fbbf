/**
 * What reads a source as one of dbt-duckdb's plugins does, with the packages that those use, as text for `askProgram`.
 */
export const pluginProgram = `
import pathlib

config, settings, names = request["config"], request["settings"], request["names"]
known = {**names, **settings}

def excel():
    import pandas
    for key, variable in [("s3_access_key_id", "AWS_ACCESS_KEY_ID"), ("s3_secret_access_key", "AWS_SECRET_ACCESS_KEY"), ("s3_region", "AWS_DEFAULT_REGION")]:
        if key in config:
            os.environ[variable] = config[key]
    location = settings["external_location"].format(**known)
    return pandas.read_excel(location if "s3" in location else pathlib.Path(location.strip("'")), sheet_name=settings.get("sheet_name", 0))

def sqlalchemy():
    import pandas
    from sqlalchemy import create_engine, text
    options = dict(config)
    engine = create_engine(options.pop("connection_url"), **options)
    try:
        with engine.connect() as connection:
            if "query" in settings:
                return pandas.read_sql_query(text(settings["query"].format(**known)), con=connection, params=settings.get("params", {}))
            table = settings.get("table") or ".".join(names[part] for part in ("database", "schema", "identifier") if names.get(part))
            return pandas.read_sql_table(table, con=connection)
    finally:
        engine.dispose()

def delta():
    from deltalake import DeltaTable
    if "delta_table_path" not in settings:
        raise KeyError("a source of the delta plugin needs delta_table_path")
    table = DeltaTable(settings["delta_table_path"], storage_options=settings.get("storage_options"))
    for key in ("as_of_version", "as_of_datetime"):
        if settings.get(key):
            table.load_as_version(settings[key])
    return table.to_pyarrow_dataset()

def iceberg():
    from pyiceberg.catalog import load_catalog
    options = dict(config)
    catalog = load_catalog(options.pop("catalog"), **options)
    table = catalog.load_table(settings.get("iceberg_table", "{schema}.{identifier}").format(**known))
    wanted = ("row_filter", "selected_fields", "case_sensitive", "snapshot_id", "options", "limit")
    return table.scan(**{key: settings[key] for key in wanted if key in settings}).to_arrow()

def gsheet():
    import gspread, pandas
    if config.get("method") == "oauth":
        client = gspread.oauth()
    elif config.get("method") != "service":
        raise ValueError("the plugin gsheet needs method: service or oauth in its config")
    elif config.get("impersonate"):
        from google.oauth2.service_account import Credentials
        keyfile = os.path.expanduser(config.get("keyfile") or gspread.auth.DEFAULT_SERVICE_ACCOUNT_FILENAME)
        areas = ["spreadsheets.readonly", "drive.readonly"]
        scopes = config.get("scopes") or ["https://www.googleapis.com/auth/" + area for area in areas]
        client = gspread.authorize(Credentials.from_service_account_file(keyfile, scopes=scopes).with_subject(config["impersonate"]))
    else:
        keyfile = config.get("keyfile")
        client = gspread.service_account(**({"filename": os.path.expanduser(keyfile)} if keyfile else {}))
    ways = {"title": client.open, "key": client.open_by_key, "url": client.open_by_url}
    found = [way for way in ways if way in settings]
    if not found:
        raise KeyError("a source of the gsheet plugin needs title, key or url")
    document = ways[found[0]](settings[found[0]])
    which = settings.get("worksheet")
    sheet = document.sheet1 if which is None else document.get_worksheet(which) if isinstance(which, int) else document.worksheet(which)
    if "range" not in settings:
        return pandas.DataFrame(sheet.get_all_records())
    rows, names = sheet.get(settings["range"]), settings.get("headers")
    if names is None:
        return pandas.DataFrame(rows[1:], columns=rows[0])
    frame = pandas.DataFrame(rows)
    if len(names) != len(frame.columns):
        raise ValueError(f"headers names {len(names)} columns, and the range has {len(frame.columns)}")
    frame.columns = names
    return frame

plugins = {"excel": excel, "gsheet": gsheet, "sqlalchemy": sqlalchemy, "delta": delta, "iceberg": iceberg}

def text_of(value):
    return "'" + value.replace("'", "''") + "'"

try:
    import duckdb
    rows = plugins[request["plugin"]]()
    session = duckdb.connect(":memory:")
    session.register("eider_rows", rows)
    session.execute("attach " + text_of(request["result"]) + " as eider_result")
    session.execute("create table eider_result.main.result as select * from eider_rows")
    session.execute("detach eider_result")
except BaseException as error:
    missing = error.name if isinstance(error, ImportError) else None
    if missing is None and isinstance(error, ImportError) and "openpyxl" in str(error):
        missing = "openpyxl"
    say({"error": str(error), "kind": type(error).__name__, "missing": missing})
    os._exit(1)
say({})
os._exit(0)
`;
