/** Tokens that were chosen elsewhere, in the address of the page that distributes to many. */
import type { TokenSearchInput } from '@sower/api/bulk';
import { jsonIn } from '@sower/api/json';

export type ChosenTokens =
  | { readonly tokens: TokenSearchInput }
  | { readonly serials: readonly string[] }
  /** Those of this distribution that no one has activated. */
  | { readonly notActivatedOf: string };

export function manyAddress(chosen: ChosenTokens): string {
  return `/jobs/new?${new URLSearchParams({ chosen: JSON.stringify(chosen) })}`;
}

/** Checked by the server; a mistyped address chooses nothing. */
export function chosenIn(parameters: URLSearchParams): ChosenTokens | undefined {
  const text = parameters.get('chosen');
  return text === null ? undefined : (jsonIn(text) as ChosenTokens | undefined);
}
