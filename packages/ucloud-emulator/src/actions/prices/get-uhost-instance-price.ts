import { defineAction } from '../action.js';
import { id, machineType, zone } from '../../params/shared-params.js';
import { diskParam } from '../../model/host-disks.js';
import { choice, integer, list, required, text, withDefault } from '../../params/param.js';
import { forPeriod, hostByMonth, pricedPeriods } from '../../scope/prices.js';

export const getUhostInstancePrice = defineAction({
  name: 'GetUHostInstancePrice',
  summary: 'What hosts would cost, all of them together. Made-up prices.',
  params: {
    CPU: required(integer({ min: 1, max: 240 })),
    Memory: required(integer({ min: 1024, max: 1_048_576, step: 1024 })),
    Count: required(integer({ min: 1, max: 100 })),
    ImageId: id(),
    Zone: zone(),
    ChargeType: choice('Year', 'Month', 'Dynamic'),
    Quantity: withDefault(integer({ min: 0, max: 100 }), 1),
    MachineType: machineType(),
    CpuPlatform: text({ max: 60 }),
    Disks: list(diskParam, { max: 16 }),
  },
  handle({ CPU, Memory, Count, MachineType, ChargeType, Quantity, Disks }, { catalogue }) {
    catalogue.needType(MachineType);
    const monthly = hostByMonth(catalogue.prices, { CPU, Memory, Disks }) * Count * Math.max(1, Quantity);
    const periods = ChargeType === undefined ? pricedPeriods : [ChargeType];
    return {
      PriceSet: periods.map((period) => ({
        ChargeType: period,
        Price: forPeriod(monthly, period),
        OriginalPrice: forPeriod(monthly, period),
        ListPrice: forPeriod(monthly, period),
      })),
    };
  },
});
