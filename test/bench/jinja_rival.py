"""Renders the jobs of a file with dbt's own Jinja: compiling is part of it. Prints milliseconds and a checksum of the texts."""
import hashlib
import json
import sys
import time

from dbt.clients.jinja import MacroGenerator
from dbt_common.clients.jinja import extract_toplevel_blocks, get_template
from dbt_common.exceptions.macros import MacroReturn


class Node:
    def __init__(self, name, sql):
        self.name, self.macro_sql, self.unique_id = name, sql, "macro.bench." + name


def give_back(data=None):
    raise MacroReturn(data)


def context_of(macros):
    context = {
        "return": give_back,
        "config": lambda **keywords: "",
        "ref": lambda name: '"db"."main"."' + name + '"',
        "var": lambda name, default=None: default,
    }
    for block in extract_toplevel_blocks(macros, allowed_blocks={"macro"}, collect_raw_data=False):
        context[block.block_name] = MacroGenerator(Node(block.block_name, block.full_block), context)
    return context


jobs = json.load(open(sys.argv[1]))
digest = hashlib.sha256()
start = time.perf_counter()
for job in jobs:
    context = context_of(job["macros"])
    digest.update(get_template(job["template"], context).render(context).encode())
print((time.perf_counter() - start) * 1000, digest.hexdigest())
