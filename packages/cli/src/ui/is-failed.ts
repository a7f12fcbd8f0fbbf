import type { NodeResult } from '@eider/engine';

/** Whether a status is a failure: what is behind the node is not built. Of a partial success some batches are there. */
export function isFailed(status: NodeResult['status']): boolean {
  return status === 'error' || status === 'partial success' || status === 'fail';
}
