import { AnswerNeededError } from '@nomadctl/base/errors';
import type { Context } from '../../../context.js';
import type { Interview, InterviewRequest } from '../../../options/interview.js';
import { formatPrice } from '../../../ucloud/owned/price-owned.js';
import { describeHosts } from '../../../ucloud/settings/describe-hosts.js';
import type { ucloudOptions, UcloudSettings } from '../../../ucloud/settings/options.js';
import { byHourAndMonth, priceList, type PriceList } from '../../../ucloud/prices/prices.js';
import { refuseChange } from '../refuse-change.js';
import { checkName } from './check-name.js';
import { lackSetting, openDesk, type Desk } from './interview-context.js';
import { stockOf } from '../../../ucloud/hosts/stock.js';
import { checkTypes } from './instance-types.js';
import { lackAccess, settleAccess } from './settle-access.js';
import { settleCharge } from './settle-charge.js';
import { settleDisks } from './settle-disks.js';
import { checkGivenNetwork } from './check-network.js';
import { checkGivenImages, settleImage } from './settle-image.js';
import { settleKeys } from './settle-keys.js';
import { settlePlace } from './settle-place.js';
import { settleSize } from './settle-size.js';

/** The questions about a cluster on UCloud, each with what UCloud offers and what holds so far. Changes nothing there. */
export async function interviewUcloud(request: InterviewRequest<typeof ucloudOptions>, ctx: Context): Promise<Interview> {
  const desk = openDesk(request as unknown as InterviewRequest, ctx);
  lackAccess(desk);
  const keys = await settleKeys(desk);
  if (keys === undefined) throw lackingFromTheStart(desk);
  const api = await settlePlace({ ...desk, api: keys.api });
  desk.checkLacking();
  if (api === undefined) throw new Error('a project is lacking, and nobody said so');
  const open = { ...desk, api };
  await refuseChange({ name: desk.cluster, paths: request.paths, settings: desk.settings() as UcloudSettings });
  await checkName(open);
  await checkGivenNetwork(open);
  const image = await settleImage(open);
  await checkGivenImages(open);
  await settleAccess(open);
  const prices = priceList(api, image);
  const stock = await stockOf(api, desk.settings().zones ?? []);
  await settleSize(desk, { prices, stock });
  settleDisks(desk);
  checkTypes(desk, stock);
  await settleCharge(desk, prices);
  return {
    ...(await summary(desk, prices)),
    answers: desk.answers,
    keep: keys.keep,
    ...nextFor(desk),
  };
}

/** Images that are given by id need not be built. */
function hasAllImages(desk: Desk): boolean {
  const { consulServerImage, nomadServerImage, clientImage } = desk.settings();
  return Boolean(consulServerImage && nomadServerImage && clientImage);
}

function nextFor(desk: Desk): Pick<Interview, 'next'> {
  return hasAllImages(desk) ? {} : { next: `nomadctl build-images --cluster ${desk.cluster}` };
}

function lackingFromTheStart(desk: Desk): AnswerNeededError {
  if (desk.settings().projectId === undefined) lackSetting(desk, 'projectId');
  try {
    desk.checkLacking();
  } catch (error) {
    if (error instanceof AnswerNeededError) return error;
    throw error;
  }
  throw new Error('keys are lacking, and nobody said so');
}

async function summary(desk: Desk, prices: PriceList): Promise<Pick<Interview, 'remarks' | 'facts'>> {
  const settings = desk.settings() as UcloudSettings;
  const size = describeHosts(settings);
  const amounts = await prices.cluster(settings);
  if (amounts === undefined) return { remarks: [`${size}; UCloud did not tell what that costs`], facts: { price: null } };
  const price = byHourAndMonth(amounts, settings.chargeType);
  const paid = settings.chargeType === 'dynamic' ? '' : `, paid by the ${settings.chargeType}`;
  const remark = `${size}\n≈ ${formatPrice(price.perHour)}/hour, ${formatPrice(price.perMonth)}/month${paid}; traffic apart`;
  return { remarks: [remark], facts: { price: { ...price, currency: 'CNY', chargeType: settings.chargeType } } };
}
