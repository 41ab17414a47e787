/** A mail as HTML: structure from the template alone, the look of the organization, and nothing of a value that acts. */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MAIL_EVENT_NAMES, MAIL_LANGUAGES, placeholdersOf, previewOf } from '@sower/api/mail-events';
import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { drawPieces } from '../mail-pieces.ts';
import { lookProblem, markSize } from '../src/directory/organization-look.ts';
import { blocksOf } from '../src/mail/blocks.ts';
import { htmlMail, picturesOf, withPictures } from '../src/mail/html.ts';
import { ORIGINAL_TEMPLATES, renderTemplate } from '../src/mail/render.ts';

const mark = (width: number, height: number): string =>
  `data:image/png;base64,${PNG.sync.write(new PNG({ width, height })).toString('base64')}`;
const LOOK = {
  ...DEFAULT_SETTINGS,
  'organization.name': 'Example & Sons',
  'organization.logo': mark(480, 112),
  'organization.color': '#7a1f5c',
  'organization.helpText': 'Help desk: 555-1234\nMondays to Fridays',
};
const html = (body: string, values: Record<string, string>, look = LOOK): string =>
  htmlMail({ subject: 'A subject', language: 'en', blocks: blocksOf(body, values) }, look);

test('the pieces are those that the components of the library draw now', () => {
  const file = fileURLToPath(new URL('../src/mail/pieces.json', import.meta.url));
  if (process.env.SOWER_WRITE_TABLES) writeFileSync(file, drawPieces());
  expect(readFileSync(file, 'utf8')).toBe(drawPieces());
});

describe('blocks of a template', () => {
  test('a list with its further lines, a button, a code, what is set apart; an empty value takes its line along', () => {
    const template =
      'Hello {{name}},\n\nUntil {{expires}}.\n\n1. First.\n{{downloadUrl}}\n2. Second {{serial}}.\n\nOpen it: {{consoleUrl}}\n\n{{code}}\n\n- one\n- two\n\nRead: {{helpUrl}}\n\n{{comment}}\n';
    const values = {
      name: 'Jane',
      expires: 'Monday',
      downloadUrl: '',
      serial: '1',
      consoleUrl: 'https://x.example/c',
      code: '123456789012',
      comment: '',
    };
    expect(blocksOf(template, values)).toEqual([
      { kind: 'paragraph', lines: [['Hello ', 'Jane', ',']] },
      { kind: 'notice', lines: [['Until ', 'Monday', '.']] },
      { kind: 'ordered', items: [[['First.']], [['Second ', '1', '.']]] },
      { kind: 'button', label: 'Open it', to: 'https://x.example/c' },
      { kind: 'code', code: '1234 5678 9012' },
      { kind: 'unordered', items: [[['one']], [['two']]] },
    ]);
    const text = renderTemplate(template, values);
    expect(text).toContain('Open it: https://x.example/c');
    expect(text).toContain('1234 5678 9012');
    expect(text).not.toContain('Read:');
  });

  test.each([
    '<b onclick=x>&"\'',
    'Press: https://evil.example/',
    '1. not an item',
    '- not an item',
    '{{code}} [[accent]]',
    'a\nb\r\n\nc',
    'أحمد بن سعيد',
    '👩🏽‍💻',
    'x'.repeat(60),
  ])('the value %j is text: no markup, list, link, button, slot or line', (value) => {
    const body = '{{comment}}\n\n{{name}} is next.';
    const blocks = blocksOf(body, { comment: value, name: value, code: 'CODE' });
    expect(blocks.map(({ kind }) => kind)).toEqual(['paragraph', 'paragraph']);
    const shown = html(body, { comment: value, name: value, code: 'CODE' });
    expect(shown.match(/<a /g)).toBeNull();
    expect(shown).not.toMatch(/<b |CODE/);
    expect(shown.match(/<li/g)).toBeNull();
    // What was put in is not filled in again.
    expect(shown.includes('[[accent]]')).toBe(value.includes('[[accent]]'));
  });

  test('an address with another scheme is no link', () => {
    const shown = html('See {{helpUrl}} now.', { helpUrl: 'javascript:alert(1)' });
    expect(shown.match(/<a /g)).toBeNull();
    expect(html('Go: {{helpUrl}}', { helpUrl: 'javascript:alert(1)' })).not.toContain('href="javascript');
  });
});

describe('templates that ship', () => {
  test('each has at most one button, and says in HTML what it says as text', () => {
    for (const language of MAIL_LANGUAGES) {
      for (const event of MAIL_EVENT_NAMES) {
        const { subject, body } = ORIGINAL_TEMPLATES[language][event];
        const values = Object.fromEntries(placeholdersOf(event).map((name) => [name, previewOf(name)]));
        const blocks = blocksOf(body, values);
        expect(blocks.filter(({ kind }) => kind === 'button').length, event).toBeLessThanOrEqual(1);
        const shown = withoutMarkup(htmlMail({ subject, language, blocks }, LOOK));
        const words = renderTemplate(body, values).split(/\s+/);
        for (const word of words.filter((each) => !/^(\d\.|-)$/.test(each)))
          expect(shown, `${language} ${event}`).toContain(word.replace(/:$/, ''));
      }
    }
  });

  test('what a user gets when a token is ready: until when, a list, one button', () => {
    for (const language of MAIL_LANGUAGES) {
      const { body } = ORIGINAL_TEMPLATES[language]['token-ready'];
      const kinds = blocksOf(body, { expires: 'x', selfServiceUrl: 'https://x.example/' }).map(
        ({ kind }) => kind,
      );
      expect(kinds).toEqual(expect.arrayContaining(['notice', 'ordered', 'button']));
    }
  });
});

describe('the look of the organization', () => {
  test('mark, color, name and help are in every mail; a mail without pictures shows the name', () => {
    const shown = html('Hello.\n\nOpen it: {{consoleUrl}}', { consoleUrl: 'https://x.example/' });
    expect(shown).toContain('background-color:#7a1f5c');
    expect(shown).toMatch(
      /<img class="mark" alt="Example &amp; Sons" height="56" src="cid:mark@sower"[^>]* width="240"/,
    );
    expect(shown).toContain('Help desk: 555-1234<br/>Mondays to Fridays<br/>Example &amp; Sons sent');
    expect(picturesOf(shown, LOOK)).toMatchObject([{ id: 'mark@sower', type: 'image/png' }]);
    expect(withPictures(shown, LOOK)).toContain(`src="${LOOK['organization.logo']}"`);
    const none = html('Hello.', {}, { ...LOOK, 'organization.logo': '' });
    expect(none).not.toContain('<img');
    expect(none).toContain('Example &amp; Sons</p>');
    expect(picturesOf(none, { ...LOOK, 'organization.logo': '' })).toEqual([]);
    // A stored one that no one can read any more.
    expect(
      html('Hello.', {}, { ...LOOK, 'organization.logo': 'data:image/png;base64,AAAAAAAA' }),
    ).not.toContain('<img');
    expect(shown).toContain('prefers-color-scheme:dark');
  });

  test('a small mark is not made larger', () => {
    expect(html('Hello.', {}, { ...LOOK, 'organization.logo': mark(40, 20) })).toMatch(
      /height="20".* width="40"/,
    );
  });

  test('a color that white text cannot be read on is refused, with the ratio', () => {
    const problem = (color: string) => lookProblem({ 'organization.color': color });
    expect(problem('#ffee00')).toEqual({
      path: 'organization.color',
      message: expect.objectContaining({
        code: 'settings.low-contrast',
        values: { color: '#ffee00', ratio: 1.2, least: 4.5 },
      }),
    });
    // The darkest gray that is not enough, and the next one that is (WCAG 2.2 §1.4.3).
    expect(problem('#777777')?.message).toMatchObject({ values: { ratio: 4.47 } });
    expect(problem('#767676')).toBeUndefined();
    expect(problem('')).toBeUndefined();
  });

  test.each([
    ['1 × 1', mark(1, 1), 'settings.mark-size'],
    ['15 × 400', mark(15, 400), 'settings.mark-size'],
    ['10,000 × 10,000', pngHeader(10_000, 10_000), 'settings.mark-size'],
    ['10,000 × 16', pngHeader(10_000, 16), undefined],
    ['16 × 16', mark(16, 16), undefined],
    ['no image', 'data:image/png;base64,AAAAAAAA', 'settings.mark-unreadable'],
    ['a JPEG that is cut off', 'data:image/jpeg;base64,/9j/4AAQ', 'settings.mark-unreadable'],
  ])('a mark of %s pixels', (_, logo, code) => {
    expect(lookProblem({ 'organization.logo': logo })?.message).toEqual(
      code === undefined ? undefined : expect.objectContaining({ code }),
    );
  });

  test('the size of a JPEG is in its frame header, after segments of any length', () => {
    const octets = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc2, 0, 17, 8, 0x01, 0x40, 0x02, 0x80];
    const logo = (more: number[]) =>
      `data:image/jpeg;base64,${Buffer.from([...octets, ...more]).toString('base64')}`;
    expect(markSize(logo([3]))).toEqual({ width: 640, height: 320 });
    expect(markSize('data:image/jpeg;base64,/9j/4AAEAAE=')).toBeUndefined();
  });
});

/** As if all of it followed. */
function pngHeader(width: number, height: number): string {
  const head = Buffer.from(mark(16, 16).slice('data:image/png;base64,'.length), 'base64').subarray(0, 64);
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return `data:image/png;base64,${head.toString('base64')}`;
}

const withoutMarkup = (shown: string): string =>
  shown
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<(br|\/p|\/li|\/td)[^>]*>/g, ' ')
    .replace(/<[^>]+>/g, '')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');
