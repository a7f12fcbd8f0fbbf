/**
 * What runs plugins of dbt-duckdb, as text for `askProgram`: it reads a source (`load`), gives what was written to plugins (`store`), or tells what they want
 * of a connection (`setup`).
 */
export const pluginProgram = `
import atexit, gc, importlib, importlib.abc, importlib.machinery
modules = request["modules"]

class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name in modules else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(compile(modules[module.__name__], "<" + module.__name__ + ">", "exec"), module.__dict__)

sys.meta_path.insert(0, StandIns())

class Failure(Exception):
    pass

class NoModule(Failure):
    pass

def failure(error):
    cause = error.__cause__ if isinstance(error, NoModule) else error
    own = [frame for frame in traceback.extract_tb(cause.__traceback__) if frame.filename.startswith(os.getcwd() + os.sep)]
    missing = cause.name if isinstance(cause, ImportError) else None
    if missing is None and isinstance(cause, ImportError) and "openpyxl" in str(cause):
        missing = "openpyxl"
    return {
        "error": str(error),
        "kind": None if isinstance(error, Failure) else type(error).__name__,
        "missing": missing,
        "at": None if not own else os.path.relpath(own[-1].filename) + ":" + str(own[-1].lineno),
    }

def create(plugin):
    from dbt.adapters.duckdb.credentials import DuckDBCredentials
    module, name = plugin["module"], plugin["name"]
    try:
        found = importlib.import_module(module)
    except ImportError as error:
        raise NoModule("its module \\"" + module + "\\" cannot be imported: " + str(error)) from error
    if not hasattr(found, "Plugin"):
        raise Failure("its module \\"" + module + "\\" has no class Plugin")
    return found.Plugin(name=name, plugin_config=plugin["config"], credentials=DuckDBCredentials(request["credentials"]))

def text_of(value):
    return "'" + value.replace("'", "''") + "'"

def load():
    import duckdb
    from dbt.adapters.duckdb.utils import SourceConfig
    rows = create(request["plugin"]).load(SourceConfig(**request["source"]))
    if rows is None:
        raise TypeError("load() returned None: it has to return the rows")
    session = duckdb.connect(":memory:")
    session.register("eider_rows", rows)
    session.execute("attach " + text_of(request["result"]) + " as eider_result")
    session.execute("create table eider_result.main.result as select * from eider_rows")
    session.execute("detach eider_result")

class ModelConfig(dict):
    def require(self, key, validator=None):
        return self[key]

    def meta_get(self, key, default=None, validator=None):
        return self.get("meta", {}).get(key, default)

def target_of(given):
    from dbt.adapters.base import BaseRelation, Column
    from dbt.adapters.duckdb.utils import TargetConfig, TargetLocation
    return TargetConfig(
        relation=BaseRelation(**given["relation"]),
        column_list=[Column(*column) for column in given["columns"]],
        config=ModelConfig(given["config"]),
        location=TargetLocation(**given["location"]),
    )

def store():
    made, results = {}, []
    for given in request["targets"]:
        name = given["plugin"]
        try:
            if name not in made:
                made[name] = create(request["plugins"][name])
            made[name].store(target_of(given))
            results.append({})
        except BaseException as error:
            traceback.print_exc()
            results.append(failure(error))
    for name in list(made):
        plugin = made.pop(name)
        try:
            if type(plugin).__module__ in modules and hasattr(plugin, "close"):
                plugin.close()
        except BaseException as error:
            told = failure(error)
            results = [told if given["plugin"] == name else result for given, result in zip(request["targets"], results)]
    gc.collect()
    return {"results": results}

class Recorder:
    """Keeps what a plugin does to a connection and can be done to another one: statements without results."""
    def __init__(self, plugin, hook):
        self._plugin, self._hook, self._statements = plugin, hook, []

    def execute(self, query, parameters=None):
        if parameters is not None:
            self._refuse("execute() with parameters")
        self._statements.append(str(query))
        return self

    sql = query = execute

    def install_extension(self, name, force_install=False, repository=None, repository_url=None, version=None):
        if repository_url or version:
            self._refuse("install_extension() of a version, or from an address")
        self._statements.append(("force " if force_install else "") + "install " + name + ("" if repository is None else " from " + repository))

    def load_extension(self, name):
        self._statements.append("load " + name)

    def begin(self):
        return self.execute("begin")

    def commit(self):
        return self.execute("commit")

    def _refuse(self, what):
        raise Failure(self._hook + "() calls " + what + ", which works within Python's own connection to DuckDB")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        self._refuse(name + "()")

def setup():
    told = []
    for index, given in enumerate(request["plugins"]):
        try:
            plugin = create(given)
            config = dict(request["options"])
            plugin.update_connection_config(plugin.creds, config)
            connection, cursor = Recorder(plugin, "configure_connection"), Recorder(plugin, "configure_cursor")
            plugin.configure_connection(connection)
            plugin.configure_cursor(cursor)
        except BaseException as error:
            told.append(failure(error))
            continue
        changed = {key: value for key, value in config.items() if request["options"].get(key) != value}
        told.append({"options": changed, "statements": connection._statements, "cursor": cursor._statements})
    return {"results": told}

try:
    answer = {"load": load, "store": store, "setup": setup}[request["mode"]]() or {}
    atexit._run_exitfuncs()
except BaseException as error:
    say(failure(error))
    sys.stdout.flush()
    os._exit(1)
say(answer)
sys.stdout.flush()
os._exit(0)
`;
