import { quotedRefusal } from '../../clients/ucloud/quoted-refusal.js';
import { meaningOf } from '../../clients/ucloud/ret-codes.js';
import { ToolError } from '@nomadctl/base/errors';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import type { PackerResult } from '../../tools/packer.js';
import type { ImageName } from '../settings/image-names.js';
import type { UcloudCluster } from '../ucloud-subject.js';

/** Lines that packer prints after every failed build; the number of failed builds alone comes as an error, too. */
const USUAL = /^(1$|Build '.*' errored after|==> (Wait completed|Some builds didn't complete|Builds finished but))/;
const LAST_LINES = 8;

/** A build that packer could not finish: what UCloud's answer means, packer's own words once each, and what to do. */
export function buildFailed(
  image: ImageName,
  { errors, tail, exitCode }: PackerResult,
  cluster: Pick<UcloudCluster, 'name' | 'settings'>,
): ToolError {
  const said = linesOf(errors);
  const refusal = refusalIn(said, cluster.name);
  const unreached = said.some((line) => /timeout waiting for ssh/i.test(line));
  const before = linesOf(tail).filter((line) => !said.includes(line));
  return new ToolError(exitCode === 0 ? 'packer ended well and named no image' : `packer exited with ${exitCode}`, {
    code: 'build-failed',
    why: [
      ...(refusal ? [refusal.says] : []),
      ...said,
      ...(unreached ? [`only ${cluster.settings.allowIp.join(', ')} may reach the temporary host: is this computer in there?`] : []),
      ...before.slice(-LAST_LINES),
    ],
    next: unreached
      ? nomadctl`config explain allowIp --cluster ${cluster.name}`
      : (refusal?.next ?? nomadctl`build-images ${image} --cluster ${cluster.name}`),
    ...(refusal ? { details: { retCode: refusal.retCode } } : {}),
  });
}

function linesOf(texts: readonly string[]): string[] {
  const lines = texts.flatMap((text) => text.split('\n')).map((line) => line.trim());
  return [...new Set(lines)].filter((line) => line !== '' && !USUAL.test(line));
}

function refusalIn(
  lines: readonly string[],
  cluster: string,
): { readonly retCode: number; readonly says: string; readonly next: Hint | undefined } | undefined {
  const retCode = lines.map((line) => quotedRefusal(line)?.retCode).find((found) => found !== undefined);
  const meaning = retCode === undefined ? undefined : meaningOf(retCode);
  if (retCode === undefined || meaning === undefined) return undefined;
  return {
    retCode,
    says: `${meaning.says} (code ${retCode})`,
    // One temporary host after the other takes the least that there can be.
    next: meaning.isQuota ? nomadctl`build-images --parallel 1 --cluster ${cluster}` : meaning.next,
  };
}
