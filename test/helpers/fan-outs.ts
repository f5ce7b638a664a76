import ts from 'typescript';

const COMBINATORS = ['all', 'allSettled', 'race', 'any'];

/**
 * Where a source begins work for each item of something at once: `Promise.all(items.map(...))` and its siblings, over
 * anything but a list that is written out there. Each is told as `items.map`, by the text before `.map`, or by the whole
 * argument where it is made elsewhere.
 */
export function fanOutsIn(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isCombinator(node.expression)) {
      const [argument] = node.arguments;
      const many = argument && unbounded(argument);
      if (many !== undefined) found.push(many.getText(source).replace(/\s+/g, ' '));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isCombinator(called: ts.Expression): boolean {
  return (
    ts.isPropertyAccessExpression(called) &&
    ts.isIdentifier(called.expression) &&
    called.expression.text === 'Promise' &&
    COMBINATORS.includes(called.name.text)
  );
}

/** What is gone through; nothing for a list whose length the code shows. */
function unbounded(argument: ts.Expression): ts.Node | undefined {
  if (ts.isArrayLiteralExpression(argument)) {
    const spread = argument.elements.find(ts.isSpreadElement);
    return spread && unbounded(spread.expression);
  }
  if (ts.isParenthesizedExpression(argument) || ts.isAsExpression(argument)) return unbounded(argument.expression);
  const isMap = ts.isCallExpression(argument) && ts.isPropertyAccessExpression(argument.expression);
  if (!isMap) return argument;
  const { expression, name } = argument.expression;
  if (['map', 'flatMap', 'filter'].includes(name.text)) return unbounded(expression);
  return argument;
}
