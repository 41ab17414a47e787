/**
 * Links between the pages of one application. A page that its reader may not open is no link: the words stay, or nothing does. Which pages
 * those are is the shell's to say; without a shell, as in Self-Service, every page may be opened.
 */
import type { ButtonProps } from '@patternfly/react-core';
import { createContext, type ReactNode, use } from 'react';
// biome-ignore lint/style/noRestrictedImports: this is the one that others take from here
import { type LinkProps, Link as RouterLink, useResolvedPath } from 'react-router';
import { Button } from './patternfly.tsx';

export const MayOpenContext = createContext<(pathname: string) => boolean>(() => true);

/** @param to an address within the application, with or without a query, from `/` or from this page */
const useMayOpen = (to: LinkProps['to']): boolean => use(MayOpenContext)(useResolvedPath(to).pathname);

/** @param otherwise what is shown to those who may not open the page: nothing, for words that only lead there; by default the words */
export function Link({ otherwise, ...link }: LinkProps & { otherwise?: null }) {
  if (useMayOpen(link.to)) return <RouterLink {...link} />;
  return otherwise === null ? null : <span className={link.className}>{link.children}</span>;
}

/** A link that looks like a button: it can be opened in a new tab and is read out as a link. It is not there for those who may not open the page. */
export function LinkButton({
  to,
  variant = 'secondary',
  children,
}: {
  to: string;
  variant?: NonNullable<ButtonProps['variant']>;
  children: ReactNode;
}) {
  if (!useMayOpen(to)) return null;
  return (
    <Button variant={variant} component={(props: Omit<LinkProps, 'to'>) => <RouterLink {...props} to={to} />}>
      {children}
    </Button>
  );
}
