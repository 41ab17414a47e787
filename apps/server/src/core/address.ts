/** Where a server listens, or where one is reached. */
export type Address = { readonly host: string; readonly port: number };

/** As in a URL: an IPv6 address in brackets (RFC 3986 §3.2.2). */
export const addressText = ({ host, port }: Address): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** @param bound as a socket says where it listens */
export const boundText = ({ address, port }: { readonly address: string; readonly port: number }): string =>
  addressText({ host: address, port });
