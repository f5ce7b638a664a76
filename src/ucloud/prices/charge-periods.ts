import type { ChargeType } from '../settings/charge-types.js';

/** What UCloud's API calls the ways in which things are paid for. */
export const chargePeriods = { dynamic: 'Dynamic', month: 'Month', year: 'Year' } as const satisfies Readonly<Record<ChargeType, string>>;
