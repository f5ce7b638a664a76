/**
 * Programs that need not be on PATH: `NOMADCTL_TERRAFORM_BIN=/opt/tf/terraform` names terraform, and it alone is used then.
 * Whoever adds one adds its variable to `docs/guide/everyday.md`.
 */
const NAMED = ['consul', 'nomad', 'packer', 'terraform', 'tofu', 'go', 'docker', 'ssh', 'ssh-keygen'];

/** `ssh-keygen` -> `NOMADCTL_SSH_KEYGEN_BIN`; nothing for programs that cannot be named. */
export function variableOf(program: string): string | undefined {
  return NAMED.includes(program) ? `NOMADCTL_${program.replaceAll('-', '_').toUpperCase()}_BIN` : undefined;
}

/** The file that the program's variable names, and the variable; nothing where that is not set. */
export function namedProgram(
  env: Readonly<Record<string, string | undefined>>,
  program: string,
): { readonly file: string; readonly variable: string } | undefined {
  const variable = variableOf(program);
  const file = variable === undefined ? undefined : env[variable];
  return variable === undefined || file === undefined || file === '' ? undefined : { file, variable };
}
