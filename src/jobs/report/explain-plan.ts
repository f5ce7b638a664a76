import { createNomadApi } from '../../clients/nomad-api.js';
import type { JobSpec } from '../../clients/nomad-job-model.js';
import type { PlacementMetric } from '../../clients/nomad-plan-model.js';
import { explainPlacement } from '../placement/explain-placement.js';
import type { ClusterConnection } from '../../cluster/connection.js';

/** Why groups of a planned job have no room, a line each; nothing when all of it fits. */
export async function placementLines(
  connection: ClusterConnection,
  request: { spec: JobSpec; failed: Readonly<Record<string, PlacementMetric>>; signal: AbortSignal },
): Promise<string[]> {
  return Object.keys(request.failed).length === 0 ? [] : explainPlacement(createNomadApi(connection.nomad), request);
}
