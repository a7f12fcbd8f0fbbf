"""Lists with dbt what many selections name in many copies of a project: `state_peer.py REQUEST.json RESPONSE.json`.

The request is [{"folder", "env", "args", "lists": [[selection, state], ...]}, ...]; a selection may hold ` --exclude `, a state may be empty. Each project
is parsed once and each state read once, for all copies hold the same ones. The response gives for each the sorted unique ids, null where dbt failed.
"""
import json
import os
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt.contracts.state import PreviousState
from dbt.task.list import ListTask
from dbt_common.events.contextvars import task_contextvars

states = {}
asked = {"selection": (), "exclusion": (), "lists": [], "answers": []}


def known_state(task, state):
    if state == "":
        return None
    if state not in states:
        root = Path(task.config.project_root)
        states[state] = PreviousState(Path(state), root / "target", root)
    return states[state]


def list_all(task):
    """In the place of one run of `dbt ls`: the same selection, once for each that is asked."""
    with task_contextvars(project_root=task.config.project_root):
        task.compile_manifest()
        for selection, state in asked["lists"]:
            selected, _, excluded = selection.partition(" --exclude ")
            asked["selection"] = tuple(selected.split(" "))
            asked["exclusion"] = tuple(excluded.split(" ")) if excluded else ()
            task.previous_state = known_state(task, state)
            try:
                asked["answers"].append(sorted(task.get_node_selector().get_selected(task.get_selection_spec())))
            except Exception:
                asked["answers"].append(None)
    return []


def main():
    ListTask.run = list_all
    ListTask.selection_arg = property(lambda task: asked["selection"])
    ListTask.exclusion_arg = property(lambda task: asked["exclusion"])
    with open(sys.argv[1]) as file:
        copies = json.load(file)
    answers = []
    for copy in copies:
        os.chdir(copy["folder"])
        os.environ.update(copy["env"])
        args = ["--profiles-dir", copy["folder"], "--project-dir", copy["folder"], "--quiet", *copy["args"]]
        asked.update(lists=copy["lists"], answers=[])
        outcome = dbtRunner().invoke(["ls", "--resource-type", "all", *args])
        if not outcome.success:
            raise SystemExit(f"{copy['folder']} cannot be listed: {outcome.exception}")
        answers.append(asked["answers"])
        for name in copy["env"]:
            del os.environ[name]
    with open(sys.argv[2], "w") as response:
        json.dump(answers, response)


# dbt starts processes that import this file again.
if __name__ == "__main__":
    main()
