/** The command that runs, as its user gave it. The edge begins it; what is found out on the way is added. */
export interface GivenCommand {
  /** How nomadctl was started, where its bare name starts nothing. */
  program?: readonly string[] | undefined;
  /** `['job', 'deploy']` */
  path?: readonly string[] | undefined;
  /** By name, in their order. */
  args?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  /** By camel-cased name: only what was given. */
  flags?: Readonly<Record<string, string | boolean | readonly string[] | undefined>> | undefined;
  /** `--yes`, which is no flag of one command. */
  yes?: boolean | undefined;
  /** Files of programs that flags named, by program: `--terraform-bin`. */
  programs?: Readonly<Record<string, string>> | undefined;
  /** What makes a command one of root's: `sudo `, nothing for root, prose where there is no sudo. */
  asRoot?: string | undefined;
  /** The namespace that the job is in, once that is known. */
  namespace?: string | undefined;
  cluster?: MeantCluster | undefined;
}

/** The cluster that was meant. */
export interface MeantCluster {
  readonly name: string;
  /** A command without a name means the same one, now and after this command. */
  readonly isUsual: boolean;
}
