import { PrerequisiteError, UsageError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { PlaceRequest } from '../place.js';
import { DEFAULT_SIZE, type Owner, type PodFacts, type VolumeFacts } from './objects.js';
import { PULL_POLICIES } from './pull-policies.js';

/** How a bootstrapper would be made now. */
export interface Making {
  readonly owner: Owner;
  readonly pod: PodFacts;
  /** As it was asked for, and nothing else: what is there stays otherwise. */
  readonly volume: VolumeFacts;
}

/** `--storage-class none`: Kubernetes' empty class. */
const NO_CLASS = 'none';

interface Surroundings {
  readonly owner: Owner;
  readonly flag: PlaceRequest['flag'];
  /** As it was made before. */
  readonly before: PodFacts | undefined;
}

/** What is not said stays as it is. @throws PrerequisiteError `bootstrap-needs-image`; UsageError `quantity-wrong` */
export function chooseMaking({ owner, flag, before }: Surroundings): Making {
  const image = flag('image') ?? before?.image;
  if (image === undefined) {
    throw new PrerequisiteError('it is not said which image of the bootstrapper the nodes of Kubernetes are to run', {
      code: 'bootstrap-needs-image',
      why: 'they take one from a registry, or have it already',
      next: hint`${nomadctl`bootstrap image`}   makes one here; bring it to them, then ${again({ image: '<name>' })}`,
    });
  }
  const policy = flag('image-pull-policy');
  const [storageClass, size] = [flag('storage-class'), flag('volume-size')];
  if (size !== undefined && !/^[1-9]\d*(\.\d+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$/.test(size)) {
    throw new UsageError(`"${size}" is no size of a volume`, {
      code: 'quantity-wrong',
      why: 'Kubernetes takes a number and a unit',
      next: again({ volumeSize: DEFAULT_SIZE }),
    });
  }
  return {
    owner,
    pod: {
      image,
      pullPolicy: PULL_POLICIES.find((one) => one === policy) ?? before?.pullPolicy ?? 'IfNotPresent',
      pullSecret: flag('image-pull-secret') ?? before?.pullSecret,
    },
    volume: { storageClass: storageClass === NO_CLASS ? '' : storageClass, size },
  };
}
