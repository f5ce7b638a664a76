import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** The version that stops one group of several only (toolchain/known-faults.json). */
const OLD = '1.11.0';

/** A Nomad with known faults: what `NOMADCTL_TEST_OLD_NOMAD` names, else 1.11.0 of the tools folder. Nothing where there is none. */
export function oldNomad(): string | undefined {
  const { NOMADCTL_TEST_OLD_NOMAD: named, NOMADCTL_TOOLS: tools } = process.env;
  const path = named ?? (tools === undefined ? undefined : join(tools, 'nomad', OLD, 'nomad'));
  if (path === undefined) return undefined;
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    if (named !== undefined) throw new Error(`NOMADCTL_TEST_OLD_NOMAD names ${named}, which is no program`);
    return undefined;
  }
}
