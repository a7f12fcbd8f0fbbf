import { expect, test } from 'vitest';
import { xmlText } from './xml.ts';

test('the text of an element is as the server meant it', () => {
  const text = '<Message>the region &#34;eu&#x22; of &lt;a&gt; &amp; b&apos;s is &unknown; &#99999999;</Message>';
  expect(xmlText(text, 'Message')).toBe(`the region "eu" of <a> & b's is &unknown; &#99999999;`);
  expect(xmlText(text, 'Code')).toBeUndefined();
});
