import type { UcloudSettings } from '../../../ucloud/settings/options.js';
import { formatAmount, type PriceList } from '../../../ucloud/prices/prices.js';
import type { Desk } from './interview-context.js';

const TITLES = { dynamic: 'by the hour', month: 'by the month, in advance', year: 'by the year, in advance' } as const;

/** How it is paid. A whole year is only paid for when that was said, and said again to a question that names the sum. */
export async function settleCharge(desk: Desk, prices: PriceList): Promise<void> {
  const { chargeType } = desk.settings();
  if (desk.isSettled('chargeType') || chargeType === undefined) return;
  if (desk.silent) return desk.request.from !== undefined ? undefined : desk.answer({ chargeType });
  const { ask } = desk.ctx.ui;
  const settings = desk.settings() as UcloudSettings;
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
      return desk.answer({ chargeType: chosen });
  }
}
