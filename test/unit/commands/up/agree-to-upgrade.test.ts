import { describe, expect, it } from 'vitest';
import { agreeToUpgrade, upgradeFacts, type UpgradeFacts } from '../../../../src/commands/up/agree-to-upgrade.js';
import { recorderUi } from '../../../helpers/recorder-ui.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { thrown } from '../../../helpers/thrown.js';

const FACTS: UpgradeFacts = {
  summary: 'cluster dev becomes secure, for good',
  lines: ['all 4 agents end and start at once; what tasks run goes on', 'deployed again by this, as they are: redis'],
  deploysAgain: ['redis'],
  toDeployAgain: [],
};
const NOBODY = { json: false, quiet: false, verbose: false, yes: false, cluster: undefined };

describe('a plain cluster that is to become secure', () => {
  it('is left as it is where nobody can be asked, with what would happen', async () => {
    const { ui } = recorderUi();
    expect(await thrown(() => agreeToUpgrade(FACTS, { global: NOBODY, ui }))).toMatchObject({
      code: 'answer-needed',
      message: 'cluster dev becomes secure, for good: there is nobody to agree to it',
      why: FACTS.lines,
    });
  });

  it('is left as it is after a no, and goes on after a yes', async () => {
    const no = recorderUi([false]);
    expect(await thrown(() => agreeToUpgrade(FACTS, { global: NOBODY, ui: no.ui }))).toMatchObject({ message: 'Nothing was changed' });
    const yes = recorderUi([true]);
    await agreeToUpgrade(FACTS, { global: NOBODY, ui: yes.ui });
    expect(yes.recording.notes.join('\n')).toContain('deployed again by this, as they are: redis');
  });

  it('is told what happens also where --yes agrees', async () => {
    const { ui, recording } = recorderUi();
    await agreeToUpgrade(FACTS, { global: { ...NOBODY, yes: true }, ui });
    expect(recording.notes.join('\n')).toContain('all 4 agents end');
  });

  it('has jobs that nobody knows while nothing of it runs', async () => {
    const facts = await upgradeFacts({ summary: 'so', lines: ['it is stopped'], isRunning: false }, undefined, await createTestContext());
    expect(facts).toMatchObject({ deploysAgain: [], toDeployAgain: [] });
    expect(facts.lines[1]).toMatch(/^jobs that count on Consul are deployed again where they are of the catalogue/);
  });
});
