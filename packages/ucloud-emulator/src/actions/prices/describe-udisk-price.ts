import { defineAction } from '../action.js';
import { zone } from '../../params/shared-params.js';
import { diskTypes, hostSpelling } from '../../model/disk.js';
import { choice, integer, required, withDefault } from '../../params/param.js';
import { diskByMonth, forPeriod, pricedPeriods } from '../../scope/prices.js';

export const describeUdiskPrice = defineAction({
  name: 'DescribeUDiskPrice',
  summary: 'What a disk would cost, in cents. Made-up prices.',
  params: {
    Zone: required(zone()),
    Size: required(integer({ min: 1, max: 32_000 })),
    DiskType: withDefault(choice(...diskTypes), 'DataDisk'),
    ChargeType: choice('Year', 'Month', 'Dynamic', 'Trial'),
    Quantity: withDefault(integer({ min: 0, max: 100 }), 1),
  },
  handle({ Size, DiskType, ChargeType, Quantity }, { catalogue }) {
    const monthly = diskByMonth(catalogue.prices, { Type: hostSpelling(DiskType), Size }) * Math.max(1, Quantity);
    const cents = (period: string): number => Math.ceil(forPeriod(monthly, period) * 100);
    const periods = ChargeType === undefined ? pricedPeriods : [ChargeType];
    return {
      DataSet: periods.map((period) => ({
        ChargeType: period,
        ChargeName: 'UDisk',
        Price: cents(period),
        OriginalPrice: cents(period),
        ListPrice: cents(period),
      })),
    };
  },
});
