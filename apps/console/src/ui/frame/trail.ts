/** What stands above a page: the breadcrumbs that lead to it, and what it is called. */
import { createContext } from 'react';

export type Crumb = { label: string; to?: string };

/** What the page is called that something is on. */
export const PageTitleContext = createContext('');

/** What leads to a page, and what the page itself is called there if not by its title. */
export type Trail = { readonly before: readonly Crumb[]; readonly here?: string };

/** By the menu, which this folder does not know. */
export const TrailContext = createContext<(pathname: string) => Trail>(() => ({ before: [] }));
