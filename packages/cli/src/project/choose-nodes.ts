import { hasErrors, select } from '@eider/core';
import { ReportedFailure } from '../reported-failure.ts';
import type { OpenProject } from './open-project.ts';
import { previousState } from './previous-state.ts';

export interface ChosenNodes {
  /** Sorted unique ids. */
  readonly ids: readonly string[];
  /** Whether the user asked for less than the command's whole project. */
  readonly partial: boolean;
}

/** The nodes that the command's flags select. What is wrong with the selection is reported; an error ends the command, one that `--warn-error` makes of a warning too. */
export async function chooseNodes(
  open: OpenProject,
  resourceTypes: readonly string[],
  includeEmpty = false,
): Promise<ChosenNodes> {
  const { flags, graph, manifest, selectors } = open;
  const { ids, diagnostics } = select(manifest, graph, {
    select: [...flags.select, ...flags.models],
    exclude: flags.exclude,
    resourceTypes,
    indirectSelection: flags.indirectSelection,
    selectors,
    includeEmpty,
    previous: await previousState(open),
    compareUnrendered: open.root.flags.state_modified_compare_more_unrendered_values === true,
    now: open.invocation().startedAt,
    ...(flags.selector === undefined ? {} : { selector: flags.selector }),
  });
  if (hasErrors(open.findings(diagnostics))) throw new ReportedFailure(2);
  const asked = [flags.select, flags.models, flags.exclude, flags.resourceTypes, flags.excludeResourceTypes].some(
    (list) => list.length > 0,
  );
  const byDefault = Object.values(selectors).some((selector) => selector.isDefault);
  return { ids, partial: asked || flags.selector !== undefined || byDefault };
}
