/**
 * The one way to speak to the user. Standard output carries results only; all else goes to standard error.
 * `create-ui.ts` implements it, with `terminal.ts` for lists on a terminal and `plain.ts` elsewhere; steps never see it.
 */
export interface Ui {
  readonly mode: 'terminal' | 'plain' | 'json';
  readonly style: Style;
  /** Columns of the terminal that results go to; infinite where they go elsewhere, for nothing is cut that a program reads. */
  readonly columns: number;
  /** Raw text to standard output, for streams such as `logs -f`. */
  write(chunk: string): void;
  /** A line for the reader, on standard error; silent with `--quiet`. */
  note(text: string): void;
  /** A line that stays visible with `--quiet`. */
  warn(text: string): void;
  /** Shown with `--verbose` only. */
  debug(text: string): void;
  /** Shows a plan while it runs, with an empty line before and after. Results may not be written until `end()`. */
  startPlan(rows: readonly PlanRow[]): PlanProgress;
  readonly ask: Ask;
}

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  accent(text: string): string;
}

export interface PlanRow {
  readonly id: string;
  readonly title: string;
  /** Shown only once it has started. */
  readonly hidden?: boolean;
}

export type StepOutcome = 'done' | 'skipped' | 'adopted' | 'failed' | 'interrupted';

/** How a step ended: with a few words beside its title, after so many milliseconds. */
export interface StepEnd {
  readonly outcome: StepOutcome;
  readonly detail: string;
  readonly ms: number;
}

/** Steps run side by side, so every call names its step. */
export interface PlanProgress {
  start(id: string, title: string): void;
  /** What the step is at; replaces the line before. */
  line(id: string, text: string): void;
  finish(id: string, end: StepEnd): void;
  end(): void;
}

/**
 * Questions. All of them come before a plan starts. Where nobody can be asked (no terminal, `--yes`, `--json`, `CI`),
 * `canAsk` is false and the caller collects the missing flags for one `AnswerNeededError`.
 */
export interface Ask {
  readonly canAsk: boolean;
  text(question: TextQuestion): Promise<string>;
  secret(question: { message: string; check?: (value: string) => string | undefined }): Promise<string>;
  choice(question: ChoiceQuestion): Promise<string>;
  choices(question: Omit<ChoiceQuestion, 'default'> & { default?: readonly string[] }): Promise<string[]>;
  confirm(question: { message: string; default?: boolean }): Promise<boolean>;
}

export interface TextQuestion {
  readonly message: string;
  readonly default?: string;
  /** The problem with the value, or nothing when it is fine. */
  readonly check?: (value: string) => string | undefined;
}

export interface ChoiceQuestion {
  readonly message: string;
  readonly choices: readonly { readonly value: string; readonly label?: string; readonly hint?: string }[];
  readonly default?: string;
}
