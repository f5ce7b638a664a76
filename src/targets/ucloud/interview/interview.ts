import { AnswerNeededError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../../../context.js';
import type { Interview, InterviewRequest } from '../../../options/interview.js';
import { formatPrice } from '../../../ucloud/owned/price-owned.js';
import { describeHosts } from '../../../ucloud/settings/describe-hosts.js';
import type { ucloudOptions, UcloudSettings } from '../../../ucloud/settings/options.js';
import { byHourAndMonth, priceList, type PriceList } from '../../../ucloud/prices/prices.js';
import { refusePlain } from '../../../ucloud/security/profile.js';
import { refuseChange } from '../refuse-change.js';
import { checkName } from './check-name.js';
import { requireSetting, createInterviewContext, type InterviewContext } from './interview-context.js';
import { stockOf } from '../../../ucloud/hosts/stock.js';
import { checkTypes } from './instance-types.js';
import { requireAccess, settleAccess } from './settle-access.js';
import { settleCharge } from './settle-charge.js';
import { settleDisks } from './settle-disks.js';
import { checkNetwork } from './check-network.js';
import { checkImages, settleImage } from './settle-image.js';
import { settleKeys } from './settle-keys.js';
import { settlePlace } from './settle-place.js';
import { settleSize } from './settle-size.js';

/** The questions about a cluster on UCloud, each with what UCloud offers and what holds so far. Changes nothing there. */
export async function interviewUcloud(request: InterviewRequest<typeof ucloudOptions>, ctx: Context): Promise<Interview> {
  const interview = createInterviewContext(request as unknown as InterviewRequest, ctx);
  requireAccess(interview);
  const keys = await settleKeys(interview);
  if (keys === undefined) throw missingAtStart(interview);
  const api = await settlePlace({ ...interview, api: keys.api });
  interview.refuseMissing();
  if (api === undefined) throw new Error('a project is lacking, and nobody said so');
  const open = { ...interview, api };
  const wanted = { name: interview.cluster, paths: request.paths, settings: interview.settings() as UcloudSettings };
  await refusePlain(wanted);
  await refuseChange(wanted);
  await checkName(open);
  await checkNetwork(open);
  const image = await settleImage(open);
  await checkImages(open);
  await settleAccess(open);
  const prices = priceList(api, image);
  const stock = await stockOf(api, interview.settings().zones ?? []);
  await settleSize(interview, { prices, stock });
  settleDisks(interview);
  checkTypes(interview, stock);
  await settleCharge(interview, prices);
  return {
    ...(await summary(interview, prices)),
    answers: interview.answers,
    keep: keys.keep,
    ...nextFor(interview),
  };
}

/** Images that are given by id need not be built. */
function hasAllImages(interview: InterviewContext): boolean {
  const { consulServerImage, nomadServerImage, clientImage } = interview.settings();
  return Boolean(consulServerImage && nomadServerImage && clientImage);
}

function nextFor(interview: InterviewContext): Pick<Interview, 'next'> {
  return hasAllImages(interview) ? {} : { next: nomadctl`build-images --cluster ${interview.cluster}` };
}

function missingAtStart(interview: InterviewContext): AnswerNeededError {
  if (interview.settings().projectId === undefined) requireSetting(interview, 'projectId');
  try {
    interview.refuseMissing();
  } catch (error) {
    if (error instanceof AnswerNeededError) return error;
    throw error;
  }
  throw new Error('keys are lacking, and nobody said so');
}

async function summary(interview: InterviewContext, prices: PriceList): Promise<Pick<Interview, 'remarks' | 'facts'>> {
  const settings = interview.settings() as UcloudSettings;
  const size = describeHosts(settings);
  const amounts = await prices.cluster(settings);
  if (amounts === undefined) return { remarks: [`${size}; UCloud did not tell what that costs`], facts: { price: null } };
  const price = byHourAndMonth(amounts, settings.chargeType);
  const paid = settings.chargeType === 'dynamic' ? '' : `, paid by the ${settings.chargeType}`;
  const remark = `${size}\n≈ ${formatPrice(price.perHour)}/hour, ${formatPrice(price.perMonth)}/month${paid}; traffic apart`;
  return { remarks: [remark], facts: { price: { ...price, currency: 'CNY', chargeType: settings.chargeType } } };
}
