import { join } from 'node:path';
import type { ToolContext } from '../tools/tool-context.js';

/**
 * Go counts its own calls in a folder of the user's configuration, which nobody who asked nomadctl for something has asked for.
 * `GOTELEMETRY` can be read only; this variable, which Go's tests have, names another folder. Ours says that nothing is counted:
 * https://cs.opensource.google/go/go/+/refs/tags/go1.26.0:src/cmd/internal/telemetry/telemetry.go
 */
export function quietGo({ paths }: Pick<ToolContext, 'paths'>): Record<string, string> {
  return { TEST_TELEMETRY_DIR: join(paths.toolchain, 'telemetry') };
}
