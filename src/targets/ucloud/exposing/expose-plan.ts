import type { Plan } from '../../../engine/step.js';
import type { Secret } from '@nomadctl/base/secret/secret';
import { applyIngressStep } from '../../../steps/ucloud/ingress/apply-ingress.js';
import { awaitIngressStep } from '../../../steps/ucloud/ingress/await-ingress.js';
import { checkTerraformStep } from '../../../steps/ucloud/check-terraform.js';
import type { UcloudState } from '../../../ucloud/ucloud-state.js';
import type { UcloudSubject } from '../../../ucloud/ucloud-subject.js';

/** @param key of a certificate that UCloud does not have yet */
export function exposePlan(key: Secret | undefined): Plan<UcloudSubject, UcloudState> {
  return { id: 'job expose', steps: [checkTerraformStep, applyIngressStep(key), awaitIngressStep] };
}
