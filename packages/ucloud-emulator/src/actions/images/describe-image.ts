import { defineAction } from '../action.js';
import { id, zone } from '../../params/shared-params.js';
import { imagesIn } from '../../model/image.js';
import { choice, text } from '../../params/param.js';
import { page, paging } from '../../params/answer-values.js';

export const describeImage = defineAction({
  name: 'DescribeImage',
  summary: "Lists images: those of UCloud and one's own.",
  params: {
    ImageId: id(),
    Zone: zone(),
    ImageType: choice('Base', 'Business', 'Custom'),
    OsType: choice('Linux', 'Windows'),
    Tag: text({ max: 63 }),
    ...paging,
  },
  handle({ ImageId, Zone, ImageType, OsType, ...paged }, scope) {
    const found = imagesIn(scope, Zone)
      .filter((image) => (ImageId ?? image.ImageId) === image.ImageId && (ImageType ?? image.ImageType) === image.ImageType)
      .filter((image) => (OsType ?? image.OsType) === image.OsType && (Zone ?? image.Zone) === image.Zone);
    return { TotalCount: found.length, ImageSet: page(found, paged) };
  },
});
