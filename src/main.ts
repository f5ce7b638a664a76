import pkg from '../package.json' with { type: 'json' };

/**
 * The fast path: a version costs no more than Node itself. Everything else loads the program, which loads only the
 * command that was asked for.
 */
const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  process.stdout.write(`${pkg.version}\n`);
} else {
  const { start } = await import('./start.js');
  await start(argv, pkg.version);
}
