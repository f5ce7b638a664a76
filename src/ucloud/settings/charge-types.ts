export const chargeTypes = ['dynamic', 'month', 'year'] as const;

export type ChargeType = (typeof chargeTypes)[number];
