/** What the documentation says to write, read from there: only addresses, secrets and folders are replaced. */
import { readFileSync } from 'node:fs';

/**
 * The block after `<!-- recipe: NAME -->`.
 * @param replacing what stands for it in the documentation, and what it is here
 * @param document below docs/
 */
export function recipe(
  name: string,
  replacing: Readonly<Record<string, string>> = {},
  document = 'radius.md',
): string {
  const page = readFileSync(new URL(`../../../docs/${document}`, import.meta.url), 'utf8');
  const at = page.indexOf(`<!-- recipe: ${name} -->\n\`\`\`\n`);
  if (at < 0) throw new Error(`docs/${document} has no recipe ${name}`);
  const begin = page.indexOf('```\n', at) + 4;
  const block = page.slice(begin, page.indexOf('\n```', begin) + 1);
  return Object.entries(replacing).reduce((text, [documented, here]) => {
    if (!text.includes(documented)) throw new Error(`the recipe ${name} has no ${documented}`);
    return text.replaceAll(documented, here);
  }, block);
}
