import type { UcloudSettings } from '../../../ucloud/settings/options.js';
import { formatAmount, type PriceList } from '../../../ucloud/prices/prices.js';
import type { InterviewContext } from './interview-context.js';

const TITLES = { dynamic: 'by the hour', month: 'by the month, in advance', year: 'by the year, in advance' } as const;

/** How it is paid. A whole year is only paid for when that was said, and said again to a question that names the sum. */
export async function settleCharge(interview: InterviewContext, prices: PriceList): Promise<void> {
  const { chargeType } = interview.settings();
  if (interview.isSettled('chargeType') || chargeType === undefined) return;
  if (interview.silent) return interview.request.from !== undefined ? undefined : interview.answer({ chargeType });
  const { ask } = interview.ctx.ui;
  const settings = interview.settings() as UcloudSettings;
  const amounts = await prices.cluster(settings);
  const periods = Object.keys(TITLES) as (keyof typeof TITLES)[];
  const choices = periods.map((period) => ({
    value: period,
    label: TITLES[period],
    ...(amounts ? { hint: formatAmount(amounts, period) } : {}),
  }));
  for (;;) {
    const chosen = (await ask.choice({ message: 'Paid', choices, default: settings.chargeType })) as UcloudSettings['chargeType'];
    const sum = amounts ? formatAmount(amounts, 'year') : 'the price of a year';
    if (
      chosen !== 'year' ||
      settings.chargeType === 'year' ||
      (await ask.confirm({ message: `Pay ${sum} in advance, not to be given back?`, default: false }))
    )
      return interview.answer({ chargeType: chosen });
  }
}
