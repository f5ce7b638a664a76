import pkg from '../package.json' with { type: 'json' };

// A version costs no more than Node itself; everything else loads the program, which loads only the command asked for.
const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  // A reader who left is no failure; a full disk under `> file` is.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => void (process.exitCode = code === 'EPIPE' ? 0 : 1));
  process.stdout.write(`${pkg.version}\n`);
} else if (argv[0] === '__complete') {
  const { startCompletion } = await import('./start-completion.js');
  await startCompletion(argv.slice(1), new URL('..', import.meta.url));
} else {
  const { start } = await import('./start.js');
  await start(argv, { version: pkg.version, packageRoot: new URL('..', import.meta.url) });
}
