import { membersOf, Namespace } from './namespace.ts';
import { creator, type RelationPrinter, relationTypes, sharedMembers } from './relation.ts';

export { ephemeralName } from './relation.ts';

/** `api.Relation` (and `adapter.Relation`): makes relations as templates ask, printing as the render wants them. */
export function relationClass(printer: RelationPrinter): Namespace {
  return new Namespace(
    'dbt.context.providers.RelationProxy',
    membersOf({ ...relationTypes, ...sharedMembers, create: creator(printer) }),
  );
}
