import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Secret } from '@nomadctl/base/secret/secret';
import type { StepIo } from '../../engine/step.js';
import { exposedJobWords } from '../../exposure/expose-words.js';
import type { Exposed } from '../../exposure/exposure.js';
import { keptRoot } from '../../state/kept-root.js';
import { stateOwner } from '../../state/state-owner.js';
import { applyRoot, planRoot, pushErroredState } from '../../terraform/apply-root.js';
import { endOfEarlierRun } from '../../terraform/earlier-run.js';
import { runningTerraform } from '../../terraform/running-terraform.js';
import { hasResources } from '../../terraform/has-resources.js';
import { initRoot, isInitialised } from '../../terraform/init-root.js';
import { inventoryOf, outputsOf } from '../../terraform/inventory.js';
import { describeChanges } from '../../terraform/plan-stream.js';
import { outdatedFiles, renderRoot, writeRoot, type RenderedRoot } from '../../terraform/render-root.js';
import type { TerraformScope } from '../../terraform/terraform-scope.js';
import { ucloudOf } from '../account/open-cloud.js';
import { idsOf } from '../owned/describe-owned.js';
import { findOwned, nothingOwned, type OwnedResources } from '../owned/owned-resources.js';
import { removeUntilGone } from '../owned/remove-until-gone.js';
import { retryRead } from '../owned/retry-read.js';
import { destroyRoot, forgetState } from '../terraform/destroy-root.js';
import { openRoot } from '../terraform/open-root.js';
import type { UcloudContext } from '../ucloud-subject.js';
import { splitIngress } from '../owned/split-ingress.js';
import { certificateKey, ingressValues } from './ingress-values.js';

type At = UcloudContext<'tools' | 'network' | 'hosts'>;

const WHAT = 'open the load balancers';

/** Why something has to be done; undefined when all is as it shall be. */
export async function ingressDrift(at: At, exposed: Exposed): Promise<string | undefined> {
  const root = keptRoot(at, stateOwner(at.cluster), 'ingress');
  if (exposed.exposures.length === 0) return hasResources(root) ? 'nothing is exposed any more' : undefined;
  // A step that is skipped hands nothing on.
  if (exposed.exposures.some(({ reach }) => exposed.addresses[reach] === undefined)) return 'its address is not known yet';
  const scope = await openRoot(at, 'ingress');
  if (runningTerraform(root)) return 'terraform of an earlier run is still at work';
  const rendered = await rendering(at, scope, exposed);
  if ((await outdatedFiles(root, rendered)).length > 0) return hasResources(root) ? 'it changes' : 'there is nothing yet';
  if (!(await isInitialised(scope, rendered, at.cluster.settings.pluginMirror))) return 'providers have to be fetched';
  const { pending, changes } = await planRoot(scope, { what: WHAT });
  return pending ? describeChanges(changes) : undefined;
}

export interface AppliedIngress {
  readonly addresses: Exposed['addresses'];
  readonly detail: string;
}

/**
 * Makes load balancers, their firewall, address, listeners and certificates what is exposed, from whatever is there.
 * @param key of a certificate that UCloud does not have yet
 */
export async function applyIngress(
  at: At,
  { exposed, key }: { exposed: Exposed; key?: Secret | undefined },
  io: StepIo,
): Promise<AppliedIngress> {
  const opened = await openRoot(at, 'ingress', io);
  const scope: TerraformScope = key ? { ...opened, env: { ...opened.env, TF_VAR_private_key: key } } : opened;
  await endOfEarlierRun(at, scope.root, io.line);
  if (exposed.exposures.length === 0) {
    const destroyed = (await destroyRoot(at, 'ingress', io)) ?? 0;
    const swept = await removeStrays(at, await ingressAtCloud(at, io), io);
    await forgetState(at, 'ingress', io);
    return { addresses: {}, detail: destroyed + swept === 0 ? 'nothing there' : `${destroyed + swept} resources removed` };
  }
  const rendered = await rendering(at, scope, exposed);
  await writeRoot(scope.root, rendered);
  await initRoot(scope, rendered, at.cluster.settings.pluginMirror);
  await pushErroredState(scope);
  const known = await inventoryOf(scope);
  refuseKeyless(exposed, { known: new Set(known.map(({ address }) => address)), key });
  await removeStrays(at, without(await ingressAtCloud(at, io), new Set(known.map(({ id }) => id))), io);
  const { changes } = await applyRoot(scope, { what: WHAT });
  const outputs = await outputsOf(scope);
  const addresses = Object.fromEntries(
    (['public', 'inner'] as const).flatMap((reach) =>
      typeof outputs[`${reach}_ip`] === 'string' ? [[reach, outputs[`${reach}_ip`]]] : [],
    ),
  );
  return { addresses, detail: describeChanges(changes) };
}

async function rendering({ cluster, paths, state }: At, { root }: TerraformScope, exposed: Exposed): Promise<RenderedRoot> {
  return renderRoot(paths, root, ingressValues(cluster, { ...state, exposed }));
}

/** A key is in no file: where a certificate has to be made once more, whoever has its key has to come. @throws OutcomeError */
function refuseKeyless({ exposures }: Exposed, { known, key }: { known: ReadonlySet<string>; key: Secret | undefined }): void {
  const missing = exposures.filter(
    ({ certificate }) => certificate && !known.has(`ucloud_lb_ssl.this[${JSON.stringify(certificateKey(certificate))}]`),
  );
  const [first, second] = missing;
  if (!first || (key && !second)) return;
  const { job, namespace, port, certificate } = key && second ? second : first;
  throw new OutcomeError(`the certificate of port ${port} of job ${job} is not at UCloud, and its key is not known any more`, {
    code: 'certificate-lost',
    why: 'somebody deleted it, or a run ended before it was there; keys are kept nowhere',
    next: nomadctl`job expose ${exposedJobWords({ job, namespace })} --port ${port} --tls ${certificate?.by === 'cluster' ? 'cluster' : '<file>'}`,
  });
}

async function ingressAtCloud(at: At, { log }: StepIo): Promise<OwnedResources> {
  const { cluster, clock, signal } = at;
  const api = await ucloudOf(cluster, at);
  const kinds = ['balancers', 'certificates', 'eips', 'firewalls'] as const;
  const found = await retryRead(() => findOwned(api, cluster.name, { signal, kinds }), { clock, signal, log });
  return splitIngress(cluster, found).ingress;
}

function without(owned: OwnedResources, known: ReadonlySet<string>): OwnedResources {
  return {
    ...nothingOwned,
    balancers: owned.balancers.filter(({ ULBId }) => !known.has(ULBId)),
    certificates: owned.certificates.filter(({ SSLId }) => !known.has(SSLId)),
    eips: owned.eips.filter(({ EIPId }) => !known.has(EIPId)),
    firewalls: owned.firewalls.filter(({ FWId }) => !known.has(FWId)),
  };
}

/** What an interrupted run made and terraform does not know of: half of something, which nobody uses. */
async function removeStrays(at: At, strays: OwnedResources, io: StepIo): Promise<number> {
  const ids = new Set(idsOf(strays));
  if (ids.size === 0) return 0;
  const { cluster, clock, signal } = at;
  const left = async (): Promise<OwnedResources> => {
    const now = await ingressAtCloud(at, io);
    return without(now, new Set(idsOf(now).filter((id) => !ids.has(id))));
  };
  return removeUntilGone(await ucloudOf(cluster, at), {
    ...{ whose: `what is exposed of cluster ${cluster.name}`, listRemaining: left, clock, signal, line: io.line, log: io.log },
    next: nomadctl`up ${cluster.name}`,
  });
}
