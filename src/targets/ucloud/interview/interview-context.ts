import type { UcloudApi } from '../../../clients/ucloud/ucloud-api.js';
import type { Context } from '../../../context.js';
import { AnswerNeededError } from '@nomadctl/base/errors';
import type { Hint } from '@nomadctl/base/hint/hint';
import type { InterviewRequest } from '../../../options/interview.js';
import type { SomeSettings } from '../../../options/conflict.js';
import { initCommand } from '../../../options/init-command.js';
import { envName, flagName, type OptionValue } from '../../../options/option.js';
import { ucloudOptions, type UcloudSettings } from '../../../ucloud/settings/options.js';

export type Key = keyof UcloudSettings & string;

/** What the questions of the interview share: the settings known so far, the answers, and whether anybody can be asked. */
export interface InterviewContext {
  readonly cluster: string;
  readonly ctx: Context;
  readonly request: InterviewRequest;
  /** No questions: nobody can be asked, or the settings come from a file. What is known holds. */
  readonly silent: boolean;
  /** What is known, with the answers so far. */
  settings(): Partial<UcloudSettings>;
  /** A flag, the environment, or, where nothing is asked, the file says so. */
  isSettled(key: Key): boolean;
  answer(values: Partial<UcloudSettings>): void;
  readonly answers: Readonly<Record<string, OptionValue>>;
  /** Notes a flag that somebody has to give; all are reported at once. */
  requireFlag(flag: string, why: string): void;
  /** This `init` with some settings otherwise, to be pasted. */
  again(changes?: SomeSettings, cluster?: string): Hint;
  /** @throws AnswerNeededError when flags are lacking. */
  refuseMissing(): void;
}

/** The context once UCloud has accepted the keys. */
export interface ConnectedContext extends InterviewContext {
  readonly api: UcloudApi;
}

export function createInterviewContext(request: InterviewRequest, ctx: Context): InterviewContext {
  const answers: Record<string, OptionValue> = {};
  const missing = new Map<string, string>();
  const silent = request.from !== undefined || !ctx.ui.ask.canAsk;
  const { settings, sources } = request.known;
  const again = (changes: SomeSettings = {}, cluster = request.cluster): Hint => {
    const { from, isNew, known } = request;
    return initCommand({ cluster, from, known, ...(isNew && from === undefined ? { target: 'ucloud' } : {}) }, changes);
  };
  return {
    cluster: request.cluster,
    ctx,
    request,
    silent,
    answers,
    settings: () => ({ ...settings, ...answers }) as Partial<UcloudSettings>,
    isSettled(key) {
      const kind = sources[key]?.kind;
      return kind === 'flag' || kind === 'environment' || (silent && kind === 'file');
    },
    answer: (values) => void Object.assign(answers, values),
    again,
    requireFlag: (flag, why) => void missing.set(flag, why),
    refuseMissing() {
      if (missing.size === 0) return;
      const flags = [...missing.keys()];
      throw new AnswerNeededError(`${flags.join(', ')} ${flags.length === 1 ? 'has' : 'have'} to be given: there is nobody to ask`, {
        code: 'answer-needed',
        why: [...missing].map(([flag, why]) => `${flag}: ${why}`),
        next: again(),
        details: { flags },
      });
    },
  };
}

/** Notes that a setting has to be given. */
export function requireSetting(interview: InterviewContext, key: Key): void {
  interview.requireFlag(flagName(key), `or ${envName(key)}: ${ucloudOptions[key].summary}`);
}
