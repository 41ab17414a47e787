/** What docs/radius.md tells people to write, read from there: only addresses, secrets and folders are replaced. */
import { readFileSync } from 'node:fs';

const page = readFileSync(new URL('../../../docs/radius.md', import.meta.url), 'utf8');

/** The block after `<!-- recipe: NAME -->`. @param replacing what stands for it in the documentation, and what it is here */
export function recipe(name: string, replacing: Readonly<Record<string, string>> = {}): string {
  const at = page.indexOf(`<!-- recipe: ${name} -->\n\`\`\`\n`);
  if (at < 0) throw new Error(`docs/radius.md has no recipe ${name}`);
  const begin = page.indexOf('```\n', at) + 4;
  const block = page.slice(begin, page.indexOf('\n```', begin) + 1);
  return Object.entries(replacing).reduce((text, [documented, here]) => {
    if (!text.includes(documented)) throw new Error(`the recipe ${name} has no ${documented}`);
    return text.replaceAll(documented, here);
  }, block);
}
