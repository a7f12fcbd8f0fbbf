"""dbt's own Jinja, asked line by line: each line of stdin is a request as JSON, each line of stdout its answer.

{"op": "render", "cases": [{"template", "macros", "mode"}]} renders templates with the context of `fixture_context`: as text, as text while
parsing (`mode` is "parse"), or as the repr of a native value ("native");
{"op": "link", "cases": [{"templates", "context", "autoescape", "native"}]} renders the template `main` of each case with plain Jinja and a loader;
{"op": "sources"} gives the macro files of the installed packages; {"op": "call", "calls": [template]} renders calls of their macros.
"""
import datetime
import decimal
import json
import os
import pathlib
import resource
import signal
import sys

# dbt writes its warnings to stdout, which is for the answers here.
answers = sys.stdout
sys.stdout = open(os.devnull, "w")

import jinja2.sandbox

import dbt.deprecations
import dbt.include
from dbt.clients.jinja import MacroGenerator
from dbt.context.base import BaseContext, get_context_modules
from dbt_common.clients.jinja import extract_toplevel_blocks, get_template
from dbt_common.exceptions.macros import MacroReturn

dbt.deprecations.warn = lambda *arguments, **keywords: None

ROWS = [{"id": 1, "name": "b", "tags": ["x", "y"]}, {"id": 2, "name": "A", "tags": []}, {"id": 3, "name": "c", "tags": ["x"]}]


def fixture_context():
    return {
        "i": 3, "j": -7, "f": 2.5, "g": -0.5, "z": 0, "s": "Hello World", "t": " a-b_C\t", "u": "it's \"q\" & <b>",
        "e": "", "l": [3, 1, 2], "w": ["b", "a", "C", "a"], "m": [], "d": {"a": 1, "b": "x", "c": [1, 2]}, "n": None,
        "y": True, "rows": json.loads(json.dumps(ROWS)), "modules": get_context_modules(), "return": give_back,
        "p": decimal.Decimal("12.50"), "t0": datetime.datetime(2024, 2, 29, 13, 5, 9, 123),
        "zip": BaseContext._zip, "set": BaseContext._set, "fromjson": BaseContext.fromjson, "tojson": BaseContext.tojson,
        "toyaml": BaseContext.toyaml, "fromyaml": BaseContext.fromyaml, "set_strict": BaseContext.set_strict,
        "zip_strict": BaseContext.zip_strict, "local_md5": BaseContext.local_md5,
    }


def give_back(data=None):
    raise MacroReturn(data)


class Node:
    def __init__(self, name, sql):
        self.name = name
        self.macro_sql = sql
        self.unique_id = "macro.test." + name


def register(context, text):
    for block in extract_toplevel_blocks(text, allowed_blocks={"macro"}, collect_raw_data=False):
        name = block.block_name
        context[name] = MacroGenerator(Node(name, block.full_block), context)


# What a template may take of a processor: one that never ends is an error here, as it is for eider. A loop of C hears no signal that Python handles: it ends with its process.
MOST_SECONDS = 4
LAST_SECONDS = 8
MOST_BYTES = 3_000_000_000


def too_long(signum, frame):
    raise TimeoutError("the template takes too long")


signal.signal(signal.SIGVTALRM, too_long)
resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


# What dbt wraps around the error of a template.
WRAPPERS = {"SetStrictWrongTypeError", "ZipStrictWrongTypeError", "CompilationError", "UndefinedMacroError", "CaughtMacroError", "CaughtMacroErrorWithNodeError"}


def original(error):
    while type(error).__name__ in WRAPPERS and (error.__cause__ or error.__context__):
        error = error.__cause__ or error.__context__
    return error


def outcome(render):
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
    signal.setitimer(signal.ITIMER_PROF, LAST_SECONDS)
    try:
        return {"text": str(render())}
    except RecursionError as error:
        return {"error": "RecursionError", "message": str(error)[:300]}
    except Exception as error:
        cause = original(error)
        return {"error": type(cause).__name__, "message": str(cause)[:300], "line": getattr(cause, "lineno", None)}
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)


def outcomes(cases, work):
    """What each case comes to, worked on in a process that a case may end."""
    found = []
    while len(found) < len(cases):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            with os.fdopen(write, "w") as out:
                for case in cases[len(found):]:
                    print(json.dumps(work(case)), file=out, flush=True)
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as lines:
            found += [json.loads(line) for line in lines if line.endswith("\n")]
        os.waitpid(child, 0)
        if len(found) < len(cases):
            found.append({"error": "TimeoutError", "message": "the template took too long, or too much"})
    return found


def render_linked(case):
    options = {"loader": jinja2.DictLoader(case["templates"]), "extensions": ["jinja2.ext.do", "jinja2.ext.loopcontrols"]}
    environment = jinja2.sandbox.SandboxedEnvironment(autoescape=case.get("autoescape", False), **options)
    return outcome(lambda: environment.get_template("main").render(case.get("context", {})))


def render_case(case):
    context = fixture_context()

    def render():
        register(context, case.get("macros", ""))
        if case.get("mode") == "native":
            value = get_template(case["template"], context, native=True).render(context)
            return repr(str(value) if isinstance(value, str) else value)
        return get_template(case["template"], context, capture_macros=case.get("mode") == "parse").render(context)

    return outcome(render)


class Relation:
    """What both sides hold for a relation: plain attributes and a text."""

    def __init__(self):
        self.database, self.schema, self.identifier, self.name, self.type = "db", "sch", "tbl", "tbl", "table"

    def __str__(self):
        return '"db"."sch"."tbl"'

    def __repr__(self):
        return "<Relation>"


class Adapter:
    def __init__(self, context):
        self.context = context

    def dispatch(self, macro_name, macro_namespace=None):
        for prefix in ("duckdb", "default"):
            found = self.context.get(prefix + "__" + macro_name)
            if found is not None:
                return found
        raise ValueError("no macro " + macro_name)

    def quote(self, identifier):
        return '"' + identifier + '"'


def package_files():
    return [str(path) for root in dbt.include.__path__ for path in sorted(pathlib.Path(root).rglob("macros/**/*.sql"))]


def call_all(calls):
    context = fixture_context()
    for path in package_files():
        register(context, pathlib.Path(path).read_text())
    context.update(adapter=Adapter(context), relation=Relation(), execute=True, dbt=dict(context))
    context["target"] = {"name": "dev", "schema": "sch", "database": "db", "type": "duckdb"}
    return outcomes(calls, lambda call: outcome(lambda: get_template(call, context).render(context)))


def answer(request):
    if request["op"] == "render":
        return outcomes(request["cases"], render_case)
    if request["op"] == "link":
        return outcomes(request["cases"], render_linked)
    if request["op"] == "sources":
        return [{"path": path, "text": pathlib.Path(path).read_text()} for path in package_files()]
    return call_all(request["calls"])


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), file=answers, flush=True)
