import type { Node } from '../../clients/nomad-node-model.js';

/**
 * What a node lacks of a constraint as Nomad's metrics spell it (`${attr.kernel.name} = windows`), or nothing when the
 * node meets it or only Nomad can tell.
 */
export function constraintProblem(constraint: string, node: Node): string | undefined {
  const match = /^\$\{([^}]+)\} (\S+)(?: (.*))?$/.exec(constraint);
  if (!match) return undefined;
  const [, target = '', operand = '', wanted = ''] = match;
  const found = valueOn(node, target);
  if (operand === 'is_not_set') return found === undefined ? undefined : `${target} is set`;
  if (found === undefined) return operand === '!=' || operand === 'not' ? undefined : `has no ${target}`;
  return meets(found, operand, wanted) === false
    ? `${target} is ${found}, not ${operand === '=' ? wanted : `${operand} ${wanted}`}`
    : undefined;
}

function valueOn(node: Node, target: string): string | undefined {
  const known: Readonly<Record<string, string | undefined>> = {
    'node.datacenter': node.Datacenter,
    'node.unique.name': node.Name,
    'node.unique.id': node.ID,
    'node.class': node.NodeClass,
    'node.pool': node.NodePool,
  };
  if (target in known) return known[target];
  if (target.startsWith('attr.')) return node.Attributes?.[target.slice('attr.'.length)];
  if (target.startsWith('meta.')) return node.Meta?.[target.slice('meta.'.length)];
  return undefined;
}

/** Undefined where only Nomad can tell, such as versions. */
function meets(found: string, operand: string, wanted: string): boolean | undefined {
  const members = (text: string): string[] => text.split(',').map((item) => item.trim());
  switch (operand) {
    case '=':
    case '==':
    case 'is':
      return found === wanted;
    case '!=':
    case 'not':
      return found !== wanted;
    case 'set_contains':
    case 'set_contains_all':
      return members(wanted).every((item) => members(found).includes(item));
    case 'set_contains_any':
      return members(wanted).some((item) => members(found).includes(item));
    case 'is_set':
      return true;
    case 'regexp':
      return matches(found, wanted);
    default:
      return undefined;
  }
}

/** Nomad's expressions are Go's; one that JavaScript cannot read is left to Nomad. */
function matches(found: string, pattern: string): boolean | undefined {
  try {
    return new RegExp(pattern).test(found);
  } catch {
    return undefined;
  }
}
