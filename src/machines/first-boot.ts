import { FIRST_BOOT_DONE } from '../agents/config/host-files.js';

/** Waits until the first boot of a host has come to its end: before, disks may still come between. Fails after five minutes. */
export function untilBooted(done: string = FIRST_BOOT_DONE): string {
  return `for _ in $(seq 600); do
  if [ -e ${done} ]; then break; fi
  sleep 0.5
done
if ! [ -e ${done} ]; then
  journalctl --no-pager --output cat --unit cloud-final --lines 8 || true
  echo "the first boot has not come to its end, see /var/log/cloud-init-output.log"
  exit 1
fi`;
}
