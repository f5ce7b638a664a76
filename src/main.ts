import pkg from '../package.json' with { type: 'json' };

// The program loads only the command that was asked for; a shell that waits for the tab key gets less than that.
const argv = process.argv.slice(2);
if (argv[0] === '__complete') {
  const { startCompletion } = await import('./cli/start-completion.js');
  await startCompletion(argv.slice(1), new URL('..', import.meta.url));
} else {
  const { start } = await import('./cli/start.js');
  await start(argv, { version: pkg.version, packageRoot: new URL('..', import.meta.url) });
}
