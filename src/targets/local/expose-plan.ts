import type { ClusterState } from '../../agents/local-state.js';
import type { LocalSubject } from '../../agents/local-subject.js';
import type { Plan } from '../../engine/step.js';
import { awaitIngressStep } from '../../steps/local/await-ingress.js';

/** The ingress of each client is all that there is. */
export const exposePlan: Plan<LocalSubject, ClusterState> = { id: 'job expose', steps: [awaitIngressStep] };
