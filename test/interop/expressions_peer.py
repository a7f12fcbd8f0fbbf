"""What dbt makes of expressions: the project's folder as argument, {"templates", "prepare"} on stdin, answers as JSON on stdout.

The templates hand values to `note`. They are rendered in the context of the model `subject`: as dbt parses it, and as it compiles it.
"""
import copy
import io
import json
import os
import sys

# dbt writes its lines to stdout, which is for the answers here.
answers = sys.stdout
sys.stdout = printed = io.StringIO()

from dbt.cli.main import dbtRunner
from dbt.context.providers import generate_runtime_model_context
from dbt.parser.models import ModelParser
from dbt.task.compile import CompileRunner
from dbt_common.clients.jinja import get_template
from dbt_common.exceptions.macros import MacroReturn

WRAPPERS = {"CompilationError", "CaughtMacroError", "CaughtMacroErrorWithNodeError"}

request = json.load(sys.stdin)
found = {"parse": [], "run": []}


def shown(make):
    try:
        return make()
    except Exception as error:
        return "! " + type(error).__name__


def described(value, kinds=()):
    return {"repr": shown(lambda: repr(value)), "text": shown(lambda: str(value)), "kinds": list(kinds)}


def failure(error):
    while type(error).__name__ in WRAPPERS and isinstance(error.__cause__ or error.__context__, Exception):
        error = error.__cause__ or error.__context__
    message = getattr(error, "msg", None) or str(error)
    return {"error": type(error).__name__, "message": str(message)}


def render(template, context, parsing):
    noted = []
    start = printed.tell()
    context["note"] = lambda *values: noted.append(described(*values))
    try:
        get_template(template, context, capture_macros=parsing).render(context)
        return {**noted[0], "printed": printed.getvalue()[start:].removesuffix("\n")} if noted else {"nothing": True}
    except MacroReturn:
        return {"returned": True}
    except Exception as error:
        return failure(error)


def render_all(make_context, parsing):
    return [render(one, make_context(), parsing) for one in request["templates"]]


render_with_context = ModelParser.render_with_context
compile_node = CompileRunner.compile


def render_subject(parser, node, config):
    if node.name == "subject" and not found["parse"]:
        # What an expression refers to or configures is not the model's own.
        of_their_own = lambda: parser._context_for(copy.deepcopy(node), copy.deepcopy(config))
        found["parse"] = render_all(of_their_own, True)
    return render_with_context(parser, node, config)


def compile_subject(runner, manifest):
    if runner.node.name == "subject":
        with runner.adapter.connection_named("expressions"):
            for statement in request["prepare"]:
                runner.adapter.execute(statement)
            runner.adapter.cache.clear()
            found["run"] = render_all(lambda: generate_runtime_model_context(runner.node, runner.config, manifest), False)
    return compile_node(runner, manifest)


ModelParser.render_with_context = render_subject
CompileRunner.compile = compile_subject
folder = sys.argv[1]
os.chdir(folder)
result = dbtRunner().invoke(["compile", "--no-partial-parse", "--no-static-parser", "--select", "subject", "--quiet"])
if not result.success and not found["run"]:
    raise SystemExit(str(result.exception or result.result))
print(json.dumps(found), file=answers, flush=True)
