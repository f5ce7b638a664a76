import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { actions } from '../../src/actions/index.js';
import { actionsPage } from '../../src/actions/describe-actions.js';
import { readParams, type Param, type ParamTable, type RawParams } from '../../src/params/param.js';
import { Refusal } from '../../src/params/refusal.js';

/** Every scalar of a table by its dotted name, and whether a request must have it. */
function scalars(
  table: ParamTable,
  prefix = '',
  needed = true,
): { name: string; shownAs: string; param: Param<unknown>; needed: boolean }[] {
  return Object.entries(table).flatMap(([key, outer]) => {
    const name = prefix + key;
    const item = outer.item ?? outer;
    const path = outer.item ? `${name}.0` : name;
    if (item.fields) return scalars(item.fields, `${path}.`, needed && outer.required);
    return [{ name: path, shownAs: outer.item ? name : path, param: item, needed: needed && outer.required }];
  });
}

function validRequest(table: ParamTable): Map<string, string> {
  return new Map(scalars(table).map(({ name, param }) => [name, param.example]));
}

function refusalOf(table: ParamTable, request: RawParams): Refusal | undefined {
  try {
    readParams(table, request);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

describe.each(actions.map((action) => [action.name, action] as const))('%s', (_name, { params }) => {
  test('takes its own examples', () => expect(refusalOf(params, validRequest(params))).toBeUndefined());

  test('says 220 for each required parameter that is absent or empty', () => {
    for (const { name, shownAs } of scalars(params).filter(({ needed }) => needed)) {
      const without = validRequest(params);
      without.delete(name);
      const refusal = refusalOf(params, without);
      expect(refusal?.retCode).toBe(220);
      expect(refusal?.message).toMatch(new RegExp(`^Missing params \\[(${shownAs}|${shownAs.split('.')[0]})\\]$`));
    }
  });

  test('says 230 for what has the wrong type, is outside of its range or no choice', () => {
    for (const { name, param } of scalars(params)) {
      for (const wrong of wrongFor(param)) {
        const refusal = refusalOf(params, new Map(validRequest(params)).set(name, wrong));
        expect([refusal?.retCode, name, wrong]).toEqual([230, name, wrong]);
        expect(refusal?.message).toContain(`[${name}]`);
        expect(refusal?.message).not.toContain(wrong.length > 20 ? wrong : '\u0000');
      }
    }
  });
});

function wrongFor({ type, choices, min, max }: Param<unknown>): string[] {
  if (choices) return ['nonsense', (choices[0] ?? '') + ' '];
  if (type === 'boolean') return ['1', 'yes', 'nonsense'];
  if (type === 'integer')
    return ['nonsense', '1.5', '0x10', '1e3', '', ' ']
      .filter((text) => text !== '')
      .concat(String((max ?? 0) + 1), String((min ?? 0) - 1), '9'.repeat(40));
  return max === undefined ? [] : ['x'.repeat(max + 1)];
}

test('names are unique, and read like what they do', () => {
  const names = actions.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, effect, summary } of actions) {
    expect(effect, name).toBe(/^(Describe|Get|List|Check)/.test(name) ? 'read' : 'write');
    expect(summary, name).toMatch(/^[A-Z].*\.$/);
  }
});

// What terraform's provider, packer and this program ask for.
const NEEDED =
  `GetRegion GetProjectList DescribeImage CreateVPC DescribeVPC AddVPCNetwork UpdateVPCNetwork DeleteVPC CreateSubnet DescribeSubnet
  UpdateSubnetAttribute DescribeSubnetResource DeleteSubnet CreateVPCIntercom DeleteVPCIntercom DescribeVPCIntercom CreateFirewall DescribeFirewall UpdateFirewall
  UpdateFirewallAttribute GrantFirewall DeleteFirewall CreateIsolationGroup DescribeIsolationGroup DeleteIsolationGroup CreateUHostInstance DescribeUHostInstance
  PoweroffUHostInstance StopUHostInstance StartUHostInstance RebootUHostInstance TerminateUHostInstance ModifyUHostInstanceName ModifyUHostInstanceTag
  ModifyUHostInstanceRemark ResetUHostInstancePassword ResizeUHostInstance ResizeAttachedDisk ReinstallUHostInstance AllocateEIP DescribeEIP BindEIP UnBindEIP
  ModifyEIPBandwidth SetEIPPayMode UpdateEIPAttribute ReleaseEIP CreateUDisk DescribeUDisk AttachUDisk DetachUDisk RenameUDisk ResizeUDisk DeleteUDisk
  AssumeRole DescribeUK8SImage CreateCustomImage CopyCustomImage TerminateCustomImage GetUHostInstancePrice GetEIPPrice DescribeUDiskPrice DescribeNetworkInterface
  DescribeFirewallResource DescribeAvailableInstanceTypes CheckUHostResourceCapacity GetBalance
  GetAvailableResourceForPolicy ListProjectsByLabels UpdateVIPAttribute`.split(/\s+/);

test('nothing that is needed is missing', () => {
  const names = new Set(actions.map(({ name }) => name));
  expect(NEEDED.filter((name) => !names.has(name))).toEqual([]);
});

test('the page of supported actions is up to date (vitest -u writes it)', async () => {
  await expect(actionsPage()).toMatchFileSnapshot('../../docs/reference/actions.md');
  expect(readFileSync(new URL('../../docs/reference/actions.md', import.meta.url), 'utf8')).toContain('### CreateUHostInstance');
});
