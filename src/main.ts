import pkg from '../package.json' with { type: 'json' };

/**
 * The program: loads only the command that was asked for; a shell that waits for the tab key gets less than that.
 * @param packageRoot folder of the installed package, with a slash at its end
 */
export async function main(argv: readonly string[], packageRoot: URL): Promise<void> {
  if (argv[0] === '__complete') {
    const { startCompletion } = await import('./cli/start-completion.js');
    await startCompletion(argv.slice(1), packageRoot);
  } else {
    const { start } = await import('./cli/start.js');
    await start(argv, { version: pkg.version, packageRoot });
  }
}
