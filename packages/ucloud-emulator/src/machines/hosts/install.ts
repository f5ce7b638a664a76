import type { Host } from '../../records/host.js';
import { absent } from '../engine-failures.js';
import { containerBody } from './container-body.js';
import type { ContainerState } from './container.js';
import type { HostStep } from './host-step.js';

/** Puts the image on the host: a new container, which does not run yet. One of an earlier installation goes first. */
export async function install(step: HostStep, state: ContainerState | undefined): Promise<void> {
  const { host, container, names, network, loops } = step;
  const installs = host.machine?.installs ?? 0;
  if (state?.installs === installs) return;
  if (state) await container.remove();
  const image = await imageOf(host, step);
  const body = containerBody(host, { names, image, network: network.networkOf(host.vpc, host.ip), loopDevices: !loops.problem });
  await container.create(body);
}

async function imageOf({ image }: Host, { view, engine, names, base, signal }: HostStep): Promise<string> {
  if (image.id === image.baseId) return base.prepare(image.osName, signal);
  const tag = names.image(image.id);
  if (await engine.call({ path: `/images/${tag}/json`, signal }).catch(absent)) return tag;
  throw new Error(view.get('image', image.id) ? `image ${image.id} is not on the engine` : `image ${image.id} was deleted`);
}
