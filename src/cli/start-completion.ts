import { complete } from './completion/complete.js';
import { globalFlags } from './global-flags.js';
import { pathsOf } from './home.js';
import { isTerminal, plainOutput } from './standard-streams.js';

/** `nomadctl __complete <words>`: a shell waits for every press of the tab key, so nothing is built that is not needed. */
export async function startCompletion(words: readonly string[], packageRoot: URL): Promise<void> {
  const { env } = process;
  const candidates = await complete(words, { env, paths: pathsOf(env, packageRoot), globalFlags });
  const out = isTerminal(1)
    ? process.stdout
    : plainOutput(
        () => process.stdout,
        () => void (process.exitCode = 1),
      );
  out.write(candidates.map((candidate) => `${candidate}\n`).join(''));
}
