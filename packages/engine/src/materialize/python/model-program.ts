/**
 * What runs a Python model, as text for `askProgram`: a program of its own, so that nothing has to be found on disk.
 */
export const modelProgram = `
def failure(error):
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == request["file"]]
    own = error.lineno if isinstance(error, SyntaxError) and error.filename == request["file"] else None
    return {
        "error": str(error),
        "kind": type(error).__name__,
        "line": own or (lines[-1].lineno if lines else None),
        "missing": error.name if isinstance(error, ModuleNotFoundError) else None,
        "trace": [{"line": frame.lineno, "name": frame.name} for frame in reversed(lines)],
    }

try:
    import duckdb
except ModuleNotFoundError as error:
    say(failure(error))
    os._exit(1)  # Not sys.exit: the watching thread holds standard input.

def quoted(name):
    return '"' + name.replace('"', '""') + '"'

def text(value):
    return "'" + value.replace("'", "''") + "'"

def open_session():
    session = duckdb.connect(":memory:")
    for name, value in request["settings"].items():
        try:
            session.execute("set " + name + " = " + text(value))
        except duckdb.Error:
            pass  # The engine has settings that another version of DuckDB does not know.
    session.execute("attach " + text(request["inputs"]) + " as eider_inputs (read_only)")
    for database, schema in request["schemas"]:
        if database != "memory":
            session.execute("attach if not exists ':memory:' as " + quoted(database))
        session.execute("create schema if not exists " + quoted(database) + "." + quoted(schema))
    for name, query in request["views"]:
        session.execute("create or replace view " + name + " as " + query)
    session.execute("use " + quoted(request["this"]["database"]) + "." + quoted(request["this"]["schema"]))
    return session

class Config:
    def __init__(self, values, meta):
        self._values, self._meta = values, meta

    def __call__(self, *args, **kwargs):
        return None

    def get(self, key, default=None):
        return self._values.get(key, default)

    def meta_get(self, key, default=None):
        return self._meta.get(key, default)

class This:
    def __init__(self, database, schema, identifier, name):
        self.database, self.schema, self.identifier, self._name = database, schema, identifier, name

    def __repr__(self):
        return self._name

class Dbt:
    def __init__(self, session):
        self._session = session
        self.config = Config(request["config"], request["meta"])
        self.this = This(**request["this"])
        self.is_incremental = request["isIncremental"]

    def _rows(self, what, key):
        query = request[what].get(key)
        if query is None:
            raise KeyError("dbt." + what + "() of " + key + ": its arguments have to be texts in quotes, so that they can be read before the model runs")
        return self._session.query(query)

    def ref(self, *args, v=None, version=None):
        wanted = v if v is not None else version
        return self._rows("ref", ".".join([*args, *([] if wanted is None else ["v" + str(wanted)])]))

    def source(self, *args):
        return self._rows("source", ".".join(args))

def keep(rows, session):
    if rows is None:
        raise TypeError("model() returned None: it has to return the rows, a DataFrame or a relation of DuckDB")
    own = session if isinstance(rows, duckdb.DuckDBPyRelation) else session.cursor()
    try:
        own.register("eider_rows", rows)
    except Exception as error:
        raise TypeError("model() returned a " + type(rows).__name__ + ", which is no table: DataFrames of pandas and polars, tables and readers of pyarrow, and relations of DuckDB are") from error
    own.execute("attach " + text(request["result"]) + " as eider_result")
    own.execute("create table eider_result.main.result as select * from eider_rows")
    own.execute("detach eider_result")

try:
    with open(request["file"], encoding="utf-8") as file:
        code = compile(file.read(), request["file"], "exec")
    module = {"__name__": request["name"], "__file__": request["file"]}
    exec(code, module)
    if not callable(module.get("model")):
        raise NameError("there is no function model(dbt, session)")
    session = open_session()
    keep(module["model"](Dbt(session), session), session)
except BaseException as error:
    traceback.print_exc()
    say(failure(error))
    sys.stdout.flush()
    os._exit(1)
say({})
sys.stdout.flush()
os._exit(0)
`;
