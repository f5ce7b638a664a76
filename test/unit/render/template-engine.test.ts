import { describe, expect, it } from 'vitest';
import type { Json } from '../../../packages/base/src/json.js';
import { namesIn, renderTemplate } from '../../../src/render/template-engine.js';

const render = (text: string, values: Readonly<Record<string, Json>> = {}) => renderTemplate({ file: 't.hbs', text, values });

describe('renderTemplate', () => {
  it('escapes nothing by itself', () => {
    expect(render('{{v}}', { v: '<a & "b">' })).toBe('<a & "b">');
  });

  it('quotes values for HCL, so that they stay values', () => {
    expect(render('x = {{hcl v}}', { v: 'a "b" ${c} %{d}\n' })).toBe('x = "a \\"b\\" $${c} %%{d}\\n"');
    expect(render('x = {{hcl v}}', { v: ['a', 'b'] })).toBe('x = ["a", "b"]');
    expect(render('{{hcl n}} {{hcl b}} {{json o}}', { n: 3, b: true, o: { a: [1] } })).toBe('3 true {"a":[1]}');
  });

  it("leaves Nomad's own double braces alone in a raw block", () => {
    expect(render('{{{{raw}}}}{{ with secret "x" }}{{ .Data }}{{ end }}{{{{/raw}}}} {{v}}', { v: 1 })).toBe(
      '{{ with secret "x" }}{{ .Data }}{{ end }} 1',
    );
  });

  it('compares', () => {
    expect(render('{{#if (eq d "docker")}}image{{else}}program{{/if}}', { d: 'exec' })).toBe('program');
  });

  it('names every variable that has no value, also one that only a condition uses', () => {
    expect(() => render('{{a}} {{#if b}}x{{/if}} {{hcl c}}', { a: 1 })).toThrow(
      expect.objectContaining({ code: 'template-invalid', why: ['it uses b, c, which job.json does not declare'] }),
    );
  });

  it('says where a template does not compile', () => {
    expect(() => render('{{#if a}}')).toThrow(expect.objectContaining({ message: 't.hbs cannot be rendered', code: 'template-invalid' }));
  });

  it('takes pieces in, and knows their variables too', () => {
    const request = { file: 't.hbs', text: '{{> greeting}}, {{b}}', partials: { greeting: 'Hello {{a}}' }, declaredIn: 'the step' };
    expect(renderTemplate({ ...request, values: { a: 'x', b: 'y' } })).toBe('Hello x, y');
    expect(() => renderTemplate({ ...request, values: { b: 'y' } })).toThrow(
      expect.objectContaining({ why: ['it uses a, which the step does not declare'] }),
    );
  });

  it('knows names from helpers', () => {
    expect(namesIn('{{hcl a}} {{#if (eq b c)}}{{/if}} {{#each list}}{{this}}{{@index}}{{/each}}')).toEqual(['a', 'b', 'c', 'list']);
  });
});
