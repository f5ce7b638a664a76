import { ToolError } from '@nomadctl/base/errors';
import { readJobWithNomad, type JobReading } from '../../tools/nomad.js';
import type { Context } from '../../context.js';
import { diagnosticsIn, type Diagnostic } from './diagnostics.js';

export interface DeclaredVariable {
  readonly name: string;
  /** As a job file would write it, such as `list(string)`; `any` where Nomad takes what comes. */
  readonly type: string;
  /** As JSON. Absent: a value must be given. */
  readonly default?: string;
}

export interface Declared {
  readonly variables: readonly DeclaredVariable[];
  /** What Nomad says against the file, where it does not get as far as its variables. */
  readonly problems: readonly Diagnostic[];
}

type Tools = Pick<Context, 'env' | 'signal'>;
type File = Pick<JobReading, 'program' | 'text' | 'folder'>;

/**
 * Nomad has no command that lists the variables of a job file. But its complaints quote what they are about: a text that is no
 * number, and the type of what is neither an object (`merge`) nor a text (`reverse`). So a block after the file's own makes it
 * complain of each name, each value and each type in turn.
 */
const QUOTED = 'parseint("?${name}", 10), parseint("=${jsonencode(value)}", 10)';
const questionOf = (asked: string): string => `[for name, value in var : [${asked}]]`;
const QUESTION = questionOf(`${QUOTED}, merge({}, value), reverse(value)`);
/** For a variable with neither a type nor a value, on which Nomad 1.11 panics when its type is looked at. */
const WITHOUT_TYPES = questionOf(QUOTED);

/** The variables that a job file declares, by name. @throws ToolError when nomad cannot be run */
export async function declaredVariables(ctx: Tools, file: File): Promise<Declared> {
  try {
    return await ask(ctx, file, QUESTION);
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== 'tool-failed') throw error;
    return ask(ctx, file, WITHOUT_TYPES);
  }
}

async function ask(ctx: Tools, file: File, question: string): Promise<Declared> {
  const result = await readJobWithNomad(ctx, { ...file, text: withQuestion(file.text, question) });
  const variables: DeclaredVariable[] = [];
  const problems: Diagnostic[] = [];
  const learn = (more: Partial<DeclaredVariable>): void => {
    const last = variables.pop();
    if (last) variables.push({ ...last, ...more });
  };
  for (const diagnostic of 'said' in result ? diagnosticsIn(result.said) : []) {
    const { text } = diagnostic;
    const quoted = /cannot parse ("(?:[^"\\]|\\.)*") as a base 10 integer/.exec(text)?.[1];
    const answer = quoted === undefined ? '' : (JSON.parse(quoted) as string);
    const type = /maps or objects, got "(.*)"\.$|string required, but have (.*)\.$/.exec(text)?.slice(1).find(Boolean);
    if (answer.startsWith('?')) variables.push({ name: answer.slice(1), type: 'any' });
    else if (answer.startsWith('=')) learn({ default: answer.slice(1) });
    else if (type !== undefined) learn({ type: asWritten(type) });
    else if (!/^Unset variable |argument must not be null/.test(text)) problems.push(diagnostic);
  }
  return { variables: variables.sort((a, b) => a.name.localeCompare(b.name)), problems: variables.length > 0 ? [] : problems };
}

/** Nomad says "map of list of number". */
function asWritten(type: string): string {
  const words = type.split(' of ');
  return words.join('(') + ')'.repeat(words.length - 1);
}

function withQuestion(text: string, question: string): string {
  if (!text.trimStart().startsWith('{')) return `${text}\nlocals {\n  nomadctl = ${question}\n}\n`;
  try {
    const job = JSON.parse(text) as { locals?: object };
    return JSON.stringify({ ...job, locals: { ...job.locals, nomadctl: `\${${question}}` } });
  } catch {
    return text;
  }
}
